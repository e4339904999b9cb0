// What Prism says of a request.

import { json } from "../checks/text.mjs";
import { prefix } from "../documents/served.mjs";

/** Sends a request to Prism: its reply, and the faults that it found. */
export async function forward(url, operation, { path, search, fields, bytes }) {
  const declared = operation.parameters.filter(({ place }) => place === "header").map(({ name }) => name);
  const passed = new Set([...declared, "authorization", "content-type"]);
  const headers = [...fields.filter(([name]) => passed.has(name)), ["accept", operation.accept]];
  const init = { method: operation.method, headers, redirect: "manual" };
  if (bytes?.length) init.body = bytes;
  const reply = await fetch(url + prefix(operation) + path.slice(operation.base.length) + search, init);
  const body = Buffer.from(await reply.arrayBuffer());
  const type = reply.headers.get("content-type");
  return { status: reply.status, type, body, faults: faults(reply, body) };
}

/** Prism answers with an example of the document's errors, or with a problem of its own. */
function faults({ status, headers }, body) {
  const violations = json(headers.get("sl-violations") ?? "[]");
  // There were so many that Prism cut the text.
  if (!Array.isArray(violations)) return [`prism: ${violations}`];
  const problem = headers.get("content-type")?.startsWith("application/problem+json") ? JSON.parse(body) : undefined;
  const all = [...violations, ...(problem?.validation ?? [])];
  const errors = all.filter(({ severity }) => severity === "Error");
  const found = errors.map(({ location, message }) => `prism: ${location.join(".")}: ${message}`);
  if (found.length || status < 400) return found;
  return [`prism: ${status} ${problem?.title ?? ""} ${problem?.detail ?? body}`];
}
