// A request as it is kept: what it says, without how it was sent. `sdk/record.py` writes the same.

import { json } from "../checks/text.mjs";

/** Header fields that say nothing about an operation. */
const TRANSPORT = new Set([
  "accept",
  "accept-encoding",
  "accept-language",
  "cache-control",
  "connection",
  "content-length",
  "host",
  "pragma",
  "sec-fetch-mode",
  "transfer-encoding",
  "user-agent",
]);

/** Method, host, path behind the base URL, query, header fields and body. */
export async function record({ method, host, path, pairs, fields, type, bytes }) {
  const essence = (type ?? "").split(";")[0];
  const kept = fields.filter(([name]) => !TRANSPORT.has(name));
  const headers = Object.fromEntries(kept.map(([name, value]) => [name, name === "content-type" ? essence : value]));
  const query = {};
  for (const [name, value] of pairs) (query[name] ??= []).push(value);
  return { method, host, path, query, headers, body: await body(essence, type, bytes) };
}

async function body(essence, type, bytes) {
  if (!bytes.length) return null;
  if (essence.endsWith("json")) return { kind: "json", value: json(bytes.toString()) };
  if (essence === "multipart/form-data") {
    const form = await new Response(bytes, { headers: { "content-type": type } }).formData();
    return { kind: "multipart", parts: [...form].map(part) };
  }
  return { kind: "octets", length: bytes.length };
}

function part([name, value]) {
  if (typeof value === "string") return { name, filename: null, type: null, value: json(value) };
  return { name, filename: value.name, type: value.type, length: value.size };
}
