// The operations of Box's documents.

import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { widened } from "./beyond.mjs";
import { place } from "./hosts.mjs";
import { Schemas } from "./schemas.mjs";

/** The documents of a folder. */
const NAMES = ["box-2024.0.json", "box-2025.0.json", "box-2026.0.json"];

/** The documents, each with its operations. */
export async function documents(folder) {
  const all = await Promise.all(NAMES.map(async (name) => {
    const document = JSON.parse(await readFile(join(folder, name), "utf8"));
    return { name, document, operations: operations(document) };
  }));
  const ids = all.flatMap(({ operations }) => operations.map(({ id }) => id));
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  if (twice.length) throw new Error(`${folder}: operations that occur twice: ${twice}`);
  return all;
}

function operations(document) {
  const schemas = new Schemas(document);
  return Object.entries(document.paths).flatMap(([path, item]) => {
    const { parameters = [], ...methods } = item;
    return Object.entries(methods).map(([method, source]) => {
      const all = [...parameters, ...(source.parameters ?? [])];
      const { host, base } = place((source.servers ?? document.servers)[0].url);
      return {
        id: source.operationId,
        source,
        method: method.toUpperCase(),
        host,
        base,
        path: path.replace(/#.*/, ""),
        parameters: all.map((one) => parameter(schemas, one)),
        body: body(schemas, source),
        accept: accept(source.responses),
      };
    });
  });
}

function parameter(schemas, one) {
  const { name, in: place, required = false, explode, schema } = schemas.target(one);
  // OpenAPI's default for query parameters.
  const repeats = place === "query" && explode !== false;
  const known = place === "header" ? name.toLowerCase() : name;
  return { place, name: known, required, repeats, schema: schemas.closed(schema) };
}

function body(schemas, { operationId, requestBody }) {
  if (!requestBody) return undefined;
  const [[type, { schema }]] = Object.entries(schemas.target(requestBody).content);
  const closed = widened(operationId, schemas.closed(schema));
  // The documents never require a body, not even one with members that they require.
  return { type, required: closed.type !== "object" || Boolean(closed.required?.length), schema: closed };
}

/** The types of the reply of a call that succeeds. */
function accept(responses) {
  const [, { content = {} }] = Object.entries(responses).find(([status]) => /^2/.test(status));
  return Object.keys(content).join(", ") || "*/*";
}
