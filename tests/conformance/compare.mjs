// A recorded request and the one that the official SDK sends for the same call.

/** Header fields whose value is the same for all callers. */
const FIXED = new Set(["content-type", "box-version"]);

/** How the two differ in what matters: names and kinds of values, parts and their order. */
export function compare(operation, ours, theirs) {
  const [here, there] = [ours, theirs].map((request) => facts(operation, request));
  return [
    ...there.filter((fact) => !here.includes(fact)).map((fact) => `only the SDK has: ${fact}`),
    ...here.filter((fact) => !there.includes(fact)).map((fact) => `the SDK doesn't have: ${fact}`),
  ];
}

/** All that a request says, without what differs from call to call. */
function facts({ path, maps = {} }, request) {
  return [
    `${request.method} ${request.host} ${withoutValues(path, request.path)}`,
    ...Object.entries(request.query).map(([name, values]) => `query.${name}${values.length > 1 ? ", repeated" : ""}`),
    ...Object.entries(request.headers).map(([name, value]) => `header.${name}${header(name, value)}`),
    ...body(request.body, maps),
  ];
}

/** A path in which the values are the parameters of the template, if it is one of the template's. */
function withoutValues(template, path) {
  const [expected, found] = [template, path].map((path) => path.split("/"));
  if (expected.length !== found.length) return path;
  return found.map((segment, n) => (expected[n].startsWith("{") && segment ? expected[n] : segment)).join("/");
}

function header(name, value) {
  if (name === "authorization") return `: ${value.split(" ")[0]}`;
  return FIXED.has(name) ? `: ${value}` : "";
}

function body(given, maps) {
  switch (given?.kind) {
    case undefined:
      return ["no body"];
    case "json":
      return json(given.value, "body", maps);
    case "multipart":
      return given.parts.flatMap((part, n) => ofPart(part, n, maps));
    default:
      return [`body: ${given.kind}${given.length ? "" : ", empty"}`];
  }
}

/** A file's name and type are the caller's. */
function ofPart({ name, filename, value }, n, maps) {
  if (filename !== null) return [`part ${n + 1}: ${name}, a file`];
  return [`part ${n + 1}: ${name}, a field`, ...json(value, `body.${name}`, maps)];
}

function json(value, place, maps) {
  if (Array.isArray(value)) return value.length ? json(value[0], `${place}[]`, maps) : [`${place}: an empty list`];
  if (typeof value !== "object" || value === null) return [`${place}: ${kind(value)}`];
  if (maps[place] === "any") return [`${place}: a map`];
  const members = Object.entries(value);
  if (maps[place] === "alike") return members.slice(0, 1).flatMap(([, member]) => json(member, `${place}.*`, maps));
  if (!members.length) return [`${place}: {}`];
  return members.flatMap(([name, member]) => json(member, `${place}.${name}`, maps));
}

function kind(value) {
  if (value === null) return "null";
  const moment = typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value);
  return moment ? "date-time" : typeof value;
}
