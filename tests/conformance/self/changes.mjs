// Faulty requests, made from a right one.

/** Every way in which something is left out, misspelt or of another type: the place of the fault, and the request. */
export function* changes(operation, good) {
  for (const kind of ["pairs", "fields"]) {
    const place = kind === "pairs" ? "query" : "header";
    yield [`${place}.misspelt`, { ...good, [kind]: [...good[kind], ["misspelt", "1"]] }];
    for (const { name } of operation.parameters.filter((one) => one.place === place)) {
      yield [`${place}.${name}`, { ...good, [kind]: good[kind].filter((pair) => pair[0] !== name) }];
    }
  }
  yield ["path", { ...good, path: `${good.path}/more` }];
  yield ["path", { ...good, path: good.path.replace(/[a-z]+/, "other") }];
  if (!operation.body?.type.endsWith("json")) return;
  const text = String(good.bytes);
  const { schema } = operation.body;
  for (const [place, changed] of values(schema, JSON.parse(text), "body")) {
    yield [place, { ...good, bytes: Buffer.from(JSON.stringify(changed)) }];
  }
}

/** The same of a value in JSON. */
function* values(schema, value, place) {
  const variants = schema.oneOf ?? schema.anyOf;
  // A scalar of another type may be another variant.
  if (variants) return typeof value === "object" ? yield* values(variants[0], value, place) : undefined;
  if (Array.isArray(value)) {
    yield [place, []];
    for (const [inside, item] of values(schema.items, value[0], `${place}[0]`)) yield [inside, [item]];
    return;
  }
  if (typeof value !== "object" || value === null) {
    if (schema.type) yield [place, schema.type === "string" ? 1 : "text"];
    return;
  }
  if (schema.additionalProperties === false) yield [`${place}.misspelt`, { ...value, misspelt: 1 }];
  for (const [name, member] of Object.entries(value)) {
    if (!schema.properties?.[name]) continue;
    const { [name]: left, ...without } = value;
    yield [`${place}.${name}`, without];
    for (const [inside, changed] of values(schema.properties[name], member, `${place}.${name}`)) {
      yield [inside, { ...value, [name]: changed }];
    }
  }
}
