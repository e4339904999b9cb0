// Requests as clients send them: the right ones pass, and each fault is found.

import assert from "node:assert/strict";
import { after, test } from "node:test";

import { serve } from "./served.mjs";

const server = await serve();
after(async () => assert.equal(await server.end(), 0, "it ends when its standard input is closed"));

const authorization = "Bearer token";
const fields = { fields: "id,name" };
const link = {
  access: "open",
  password: "secret",
  unshared_at: "2026-01-31T10:53:43Z",
  vanity_name: "a-name-of-ten",
  permissions: { can_download: true, can_preview: true, can_edit: false },
};

/** What is answered to a request; its address begins behind the client's name. */
async function send(method, address, { query, json, body, ...headers } = {}) {
  const search = query ? `?${new URLSearchParams(query)}` : "";
  const typed = json ? { "content-type": "application/json" } : {};
  const init = { method, headers: { authorization, ...typed, ...headers }, body: json ? JSON.stringify(json) : body };
  const reply = await fetch(`${server.url}/npm/${address}${search}`, init);
  const text = await reply.text();
  const type = reply.headers.get("content-type");
  return { status: reply.status, type, body: /json/.test(type) ? JSON.parse(text) : text };
}

async function passes(status, ...request) {
  const reply = await send(...request);
  assert.equal(reply.status, status, JSON.stringify(reply.body));
  return reply;
}

async function fails(fault, ...request) {
  const { status, body } = await send(...request);
  assert.equal(status, 418, JSON.stringify(body));
  assert.ok(body.faults.some((found) => found.startsWith(fault)), `${fault}\n${body.faults.join("\n")}`);
}

async function report() {
  return (await fetch(`${server.url}/report`)).json();
}

const folder = "get_folders_id/every/api/2.0/folders/0";
const whole = { ...fields, sort: "name", direction: "ASC", offset: "0", limit: "10" };
const conditional = { "if-none-match": "1", boxapi: "shared_link=https://app.box.com/s/1" };

test("requests with what is required, and with everything", async () => {
  const { body } = await passes(200, "GET", "get_folders_id/required/api/2.0/folders/0");
  assert.equal(body.type, "folder");
  await passes(200, "GET", folder, { query: whole, ...conditional });
  await passes(201, "POST", "post_folders/required/api/2.0/folders", { json: { name: "a", parent: { id: "0" } } });
  await passes(204, "DELETE", "delete_folders_id/required/api/2.0/folders/1");
  const { operations, seen } = await report();
  assert.equal(operations.length, 339);
  assert.deepEqual(seen.npm.get_folders_id, { required: "ok", every: "ok" });
});

test("variants, versions, other hosts and replies that aren't JSON", async () => {
  const shared = { query: fields, json: { shared_link: link } };
  await passes(200, "PUT", "put_files_id%23add_shared_link/every/api/2.0/files/1", shared);
  const removed = { query: fields, json: { shared_link: null } };
  await passes(200, "PUT", "put_files_id%23remove_shared_link/every/api/2.0/files/1", removed);
  await passes(200, "GET", "get_hubs_v2025.0/required/api/2.0/hubs", { "box-version": "2025.0" });
  const { type } = await passes(200, "GET", "get_files_id_content/required/api/2.0/files/1/content");
  assert.equal(type, "application/octet-stream");
  const image = await passes(200, "GET", "get_files_id_thumbnail_id/required/api/2.0/files/1/thumbnail.png");
  assert.match(image.type, /^image/);
  const form = { body: new URLSearchParams({ client_id: "a", client_secret: "b", token: "c" }) };
  await passes(200, "POST", "post_oauth2_revoke/every/oauth/oauth2/revoke", form);
  const asked = { query: { response_type: "code", client_id: "a" } };
  const page = await passes(200, "GET", "get_authorize/required/account/authorize", asked);
  assert.equal(page.type, "text/html");
});

test("recorded requests are kept in their parts", async () => {
  const body = new FormData();
  body.append("attributes", JSON.stringify({ name: "a.txt", parent: { id: "0" } }));
  body.append("file", new Blob(["content"], { type: "text/plain" }), "a.txt");
  const { body: files } = await passes(201, "POST", "post_files_content/required/upload/2.0/files/content", { body });
  assert.equal(files.entries[0].type, "file");
  const range = { "content-range": "bytes 0-6/7", digest: "sha=x", "content-type": "application/octet-stream" };
  const part = "put_files_upload_sessions_id/required/upload/2.0/files/upload_sessions/1";
  await passes(200, "PUT", part, { body: "content", ...range });
  const plan = "post_files_upload_sessions_id_plan/every/upload/2.0/files/upload_sessions/1/plan";
  await passes(200, "POST", plan, { json: { parts: [{ offset: 0, size: 1, sha512: "a" }] } });
  const { npm } = (await report()).recorded;
  assert.deepEqual(npm.post_files_content.required, {
    method: "POST",
    host: "upload",
    path: "/2.0/files/content",
    query: {},
    headers: { authorization, "content-type": "multipart/form-data" },
    body: {
      kind: "multipart",
      parts: [
        { name: "attributes", filename: null, type: null, value: { name: "a.txt", parent: { id: "0" } } },
        { name: "file", filename: "a.txt", type: "text/plain", length: 7 },
      ],
    },
  });
  assert.deepEqual(npm.put_files_upload_sessions_id.required.body, { kind: "octets", length: 7 });
});

test("names that nobody declared", async () => {
  await fails("query.feilds:", "GET", "get_folders_id/required/api/2.0/folders/0", { query: { feilds: "id" } });
  await fails("header.x-other:", "GET", "get_folders_id/required/api/2.0/folders/0", { "x-other": "1" });
  const json = { name: "a", parent: { id: "0", nmae: "b" } };
  await fails("body.parent.nmae:", "POST", "post_folders/required/api/2.0/folders", { json });
  const token = { body: new URLSearchParams({ grant_type: "refresh_token", clientid: "a" }) };
  await fails("body.clientid:", "POST", "post_oauth2_token/required/oauth/oauth2/token", token);
});

test("what is missing, of what is required and of everything", async () => {
  const { limit, ...without } = whole;
  await fails("query.limit:", "GET", folder, { query: without, ...conditional });
  await fails("header.boxapi:", "GET", folder, { query: whole, "if-none-match": "1" });
  const { can_edit: edit, ...permissions } = link.permissions;
  const json = { shared_link: { ...link, permissions } };
  const shared = "put_files_id%23add_shared_link/every/api/2.0/files/1";
  await fails("body.shared_link.permissions.can_edit:", "PUT", shared, { query: fields, json });
  await fails("body:", "POST", "post_folders/required/api/2.0/folders");
  await fails("header.box-version:", "GET", "get_hubs_v2025.0/required/api/2.0/hubs");
});

test("types, values and limits", async () => {
  const items = "get_folders_id_items/required/api/2.0/folders/0/items";
  await fails("query.limit:", "GET", items, { query: { limit: "many" } });
  await fails("query.usemarker:", "GET", items, { query: { usemarker: "1" } });
  await fails("query.sort:", "GET", items, { query: { sort: "colour" } });
  await fails("prism: request.query.limit:", "GET", items, { query: { limit: "1001" } });
  await fails("query.limit: given more than once", "GET", items, { query: [["limit", "1"], ["limit", "2"]] });
  const json = { name: 1, parent: { id: "0" } };
  await fails("body.name:", "POST", "post_folders/required/api/2.0/folders", { json });
});

test("places: another method, host or path, and nobody's", async () => {
  await fails("path:", "GET", "get_folders_id/required/api/2.0/folder/0");
  await fails("path:", "GET", "get_folders_id/required/api/folders/0");
  await fails("method:", "POST", "get_folders_id/required/api/2.0/folders/0");
  await fails("host:", "GET", "get_folders_id/required/upload/2.0/folders/0");
  await fails("no such client", "GET", "get_folder/required/api/2.0/folders/0");
  const { lost, seen } = await report();
  assert.deepEqual(lost, ["GET /npm/get_folder/required/api/2.0/folders/0"]);
  assert.ok(Array.isArray(seen.npm.get_folders_id.required));
});

test("without a token nothing is answered", async () => {
  await fails("prism:", "GET", "get_folders_id/required/api/2.0/folders/0", { authorization: "" });
});
