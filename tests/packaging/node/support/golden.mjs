// The golden requests of box-core, and requests in their form.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const HOSTS = [
  ["api", "https://api.test/2.0"],
  ["oauth", "https://api.test/oauth2"],
  ["upload", "https://upload.test/api/2.0"],
  ["account", "https://account.test/api/oauth2"],
];

export const hosts = {
  api: "https://api.test",
  upload: "https://upload.test/api",
  oauth2: "https://account.test/api/oauth2",
};

/** The golden requests by title, as lines. JSON in them has its members in order. */
export function golden(folder) {
  const files = readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
  const requests = files.flatMap((file) => file.split("\n=== ").slice(1));
  return new Map(requests.map((request) => {
    const [title, ...lines] = request.split("\n");
    return [title, lines.filter(Boolean).map(normalLine)];
  }));
}

function normalLine(line) {
  const [, kind, value] = /^(json|text) (.*)$/.exec(line) ?? [];
  if (kind) return `${kind} ${normal(value)}`;
  const [, name, text] = /^query ([^=]+)=(.*)$/.exec(line) ?? [];
  if (name) return `query ${name}=${normal(text)}`;
  // Sessions live where uploads go; where Box isn't at Box, content comes from the API.
  return line.replace(/^(\w+) session /, "$1 upload ").replace(/^(\w+) download /, "$1 api ");
}

/** A request as the golden files show it. */
export async function shown(url, { method, headers, body }) {
  const [host, base] = HOSTS.find(([, base]) => url.startsWith(base)) ?? ["elsewhere", ""];
  const { pathname, searchParams } = new URL(url);
  const lines = [`${method} ${host} ${pathname.slice(base && new URL(base).pathname.length)}`];
  lines.push(...[...searchParams].map(([name, value]) => `query ${name}=${normal(value)}`).sort());
  const fields = headers.filter(([name]) => name !== "authorization");
  const type = new Headers(fields).get("content-type") ?? "";
  const [, boundary] = /^multipart\/form-data; boundary=(.+)$/.exec(type) ?? [];
  const hide = (text) => (boundary ? text.replaceAll(boundary, "BOUNDARY") : text);
  lines.push(...fields.map(([name, value]) => `header ${name.toLowerCase()}: ${hide(value)}`).sort());
  const text = hide(body === null ? "" : await new Response(body).text());
  if (type.includes("json")) lines.push(`json ${normal(text)}`);
  else if (type) lines.push(...text.split("\r\n").map((line) => `text ${normal(line)}`));
  return lines;
}

const normal = (text) => (/^[{[]/.test(text) ? JSON.stringify(ordered(JSON.parse(text))) : text);

function ordered(value) {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, value]) => [name, ordered(value)]));
}
