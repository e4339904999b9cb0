// The copy of a document that Prism serves.

/**
 * Every operation has a path of its own, which begins with its id: variants share their path with others. Bodies of
 * requests are closed. Recorded operations have no body here, so that Prism only answers them.
 */
export function served({ document, operations }, recorded) {
  const entries = operations.map((operation) => {
    const { requestBody, ...rest } = operation.source;
    const { body, method } = operation;
    const copy = { ...rest, parameters: operation.parameters.map(parameter) };
    if (body && !recorded.has(operation.id)) {
      copy.requestBody = { required: body.required, content: { [body.type]: { schema: body.schema } } };
    }
    return [servedPath(operation), { [method.toLowerCase()]: copy }];
  });
  return { ...document, paths: Object.fromEntries(entries) };
}

/** Where Prism has an operation: what stands before the rest of the path. */
export function prefix({ id }) {
  return `/${id.replaceAll("#", "~")}`;
}

const servedPath = (operation) => prefix(operation) + operation.path;

/** Lists of objects are JSON in the address; OpenAPI has no word for that, and the recorder checks them. */
function parameter({ place, name, required, repeats, schema }) {
  const json = schema.items?.type === "object";
  const explode = place === "query" ? { explode: repeats } : {};
  return { in: place, name, required, ...explode, schema: json ? { type: "string" } : schema };
}
