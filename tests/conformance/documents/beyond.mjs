// Members of requests that Box takes, although its documents don't have them.

const text = { type: "string" };

/** By operation: where it is in the body, its schema, and the reason. */
const BEYOND = {
  "post_oauth2_token": [["redirect_uri", text, "RFC 6749, 4.1.3 asks for it if the authorize page had it"]],
  "post_files_upload_sessions_id_commit": [
    ["attributes", { type: "object" }, "Box's guides on uploads have it"],
    ["parts.sha512", text, "newer than the documents, as the plan of an upload is"],
  ],
};

/** Declares these members in the schema of an operation's body. */
export function widened(id, schema) {
  for (const [path, member] of BEYOND[id] ?? []) {
    const names = path.split(".");
    const last = names.pop();
    const owner = names.reduce((schema, name) => schema.properties[name].items, schema);
    if (last in owner.properties) throw new Error(`the documents have ${path} of ${id} now`);
    owner.properties[last] = member;
  }
  return schema;
}
