// Requests made from the documents.

const MULTIPART = "multipart/form-data";

const FORMATS = {
  date: "2026-01-31",
  "date-time": "2026-01-31T10:53:43+01:00",
  email: "person@example.com",
  uri: "https://example.com/",
  url: "https://example.com/",
  uuid: "01234567-89ab-4cde-8f01-23456789abcd",
};

/** A value that a schema allows: with every member, or only with those that are required. */
export function sample(schema, every) {
  const { type, properties = {}, required = [], items, oneOf, anyOf, additionalProperties } = schema;
  if (schema.enum) return schema.enum[0];
  if (oneOf ?? anyOf) return sample((oneOf ?? anyOf)[0], every);
  switch (type) {
    case "array":
      return [sample(items, every)];
    case "object": {
      const names = Object.keys(properties).filter((name) => every || required.includes(name));
      const open = every && typeof additionalProperties === "object";
      const more = open ? { any: sample(additionalProperties, every) } : {};
      return { ...more, ...Object.fromEntries(names.map((name) => [name, sample(properties[name], every)])) };
    }
    case "boolean":
      return true;
    case "integer":
    case "number":
      return schema.minimum ?? 1;
    default:
      return schema.pattern ? schema.example : (FORMATS[schema.format] ?? "1".padEnd(schema.minLength ?? 1, "1"));
  }
}

/** The address behind the client's name, and what `fetch` takes. */
export function request(operation, amount) {
  const { id, host, base, method, body } = operation;
  const every = amount === "every";
  const values = (place) => {
    const used = operation.parameters.filter((one) => one.place === place && (every || one.required));
    return used.map(({ name, schema }) => [name, written(schema, sample(schema, every))]);
  };
  const inPath = Object.fromEntries(values("path"));
  const path = operation.path.replace(/\{([^}]+)\}/g, (_, name) => encodeURIComponent(inPath[name]));
  const query = String(new URLSearchParams(values("query")));
  const headers = { authorization: "Bearer token", ...Object.fromEntries(values("header")) };
  const wanted = body && (every || body.required);
  // The boundary of a multipart body is made by `fetch`.
  if (wanted && body.type !== MULTIPART) headers["content-type"] = body.type;
  const init = { method, headers, body: wanted ? encoded(body.type, sample(body.schema, every)) : undefined };
  return { address: `${encodeURIComponent(id)}/${amount}/${host}${base}${path}${query && "?"}${query}`, init };
}

/** The same request, as it arrives. */
export async function content(operation, amount) {
  const { address, init } = request(operation, amount);
  const { method, headers, body } = new Request(`http://localhost/${address}`, init);
  const before = `${encodeURIComponent(operation.id)}/${amount}/${operation.host}`;
  const [path, search = ""] = address.slice(before.length).split(/(?=\?)/);
  return {
    amount,
    host: operation.host,
    method,
    path,
    search,
    pairs: [...new URLSearchParams(search)],
    fields: [...headers],
    type: headers.get("content-type"),
    bytes: Buffer.from(body ? await new Response(body).arrayBuffer() : []),
  };
}

function encoded(type, content) {
  if (type.endsWith("json")) return JSON.stringify(content);
  if (type === "application/x-www-form-urlencoded") return String(new URLSearchParams(content));
  if (type !== MULTIPART) return "bytes";
  const form = new FormData();
  for (const [name, value] of Object.entries(content)) {
    form.append(name, typeof value === "string" ? new Blob(["bytes"]) : JSON.stringify(value));
  }
  return form;
}

const written = ({ items }, value) => (items?.type === "object" ? JSON.stringify(value) : String(value));
