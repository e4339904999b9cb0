// The body of a request.

import { json, parsed } from "./text.mjs";
import { faults, missing, wrong } from "./value.mjs";

/** What is wrong with a body: its type, its bytes and what they say. */
export async function body({ body }, type, bytes, every) {
  if (!body) return bytes.length ? [wrong("body", "no body is declared")] : [];
  if (!bytes.length) return every || body.required ? [missing("body")] : [];
  const [essence] = (type ?? "").split(";");
  if (essence !== body.type) return [wrong("body", `${type} where ${body.type} is declared`)];
  if (essence === "application/octet-stream") return [];
  const value = await read(essence, type, bytes, body.schema);
  return value === undefined ? [wrong("body", `no ${type}`)] : faults(body.schema, value, "body", every);
}

/** The value of a body, or nothing if it isn't of its type. */
async function read(essence, type, bytes, { properties = {} }) {
  if (essence.endsWith("json")) {
    const text = bytes.toString();
    const value = json(text);
    return value === text ? undefined : value;
  }
  const form = await new Response(bytes, { headers: { "content-type": type } }).formData().catch(() => undefined);
  if (!form) return undefined;
  // A file is as long a string as it is; what is in it is its own matter.
  const text = (value) => (typeof value === "string" ? value : "");
  const pairs = [...form].map(([name, value]) => [name, parsed(properties[name] ?? {}, text(value))]);
  return Object.fromEntries(pairs);
}
