// Schemas without references and `allOf`.

const SINGLE = ["oneOf", "anyOf", "additionalProperties"];

/** The schemas of one document. */
export class Schemas {
  #document;

  constructor(document) {
    this.#document = document;
  }

  /** What a reference stands for, or the thing itself. */
  target(thing) {
    if (!thing.$ref) return thing;
    const path = thing.$ref.replace(/^#\//, "").split("/");
    const found = path.reduce((node, name) => node?.[name], this.#document);
    if (!found) throw new Error(`${thing.$ref} refers to nothing`);
    return found;
  }

  /** A schema whose outermost level has neither reference nor `allOf`; what is inside of it stays as it is. */
  flat(schema) {
    const { $ref, allOf = [], ...own } = schema;
    const parts = $ref ? [this.target(schema), ...allOf] : allOf;
    return [...parts.map((part) => this.flat(part)), own].reduce(merged);
  }

  /**
   * What a request may hold: no references, no `allOf`, no members that are only read, and no members of other names
   * unless the document allows them. Below a schema that stands inside of itself everything is allowed.
   */
  closed(schema, above = []) {
    const names = this.#names(schema);
    if (names.some((name) => above.includes(name))) return {};
    const inside = (schema) => this.closed(schema, [...above, ...names]);
    const { properties, items, oneOf, anyOf, additionalProperties, ...all } = this.flat(schema);
    if (properties) {
      const written = Object.entries(properties).filter(([, member]) => !this.flat(member).readOnly);
      all.properties = Object.fromEntries(written.map(([name, member]) => [name, inside(member)]));
      if (all.required) all.required = all.required.filter((name) => name in all.properties);
      all.additionalProperties = additionalProperties ?? false;
    }
    if (typeof additionalProperties === "object") all.additionalProperties = inside(additionalProperties);
    if (items) all.items = inside(items);
    if (oneOf) all.oneOf = oneOf.map(inside);
    if (anyOf) all.anyOf = anyOf.map(inside);
    return typed(all);
  }

  /** The references on the outermost level. */
  #names({ $ref, allOf = [] }) {
    const parts = $ref ? [this.target({ $ref }), ...allOf] : allOf;
    return [...($ref ? [$ref] : []), ...parts.flatMap((part) => this.#names(part))];
  }
}

/** Prism drops a whole schema, without a word, in which something is `nullable` and has no type. */
function typed(schema) {
  if (schema.type || !("nullable" in schema)) return schema;
  const { nullable, ...rest } = schema;
  const variants = rest.oneOf ?? rest.anyOf ?? [];
  if (nullable && variants[0]?.type) variants[0].nullable = true;
  return rest;
}

/** A schema that asks for both. Where they contradict each other the later one is right. */
function merged(a, b) {
  for (const key of SINGLE) {
    if (a[key] && b[key]) throw new Error(`two schemas with ${key} can't be joined: ${b.title ?? b.description}`);
  }
  const all = { ...a, ...b };
  if (a.properties && b.properties) {
    const common = Object.keys(b.properties).filter((name) => name in a.properties);
    const joined = common.map((name) => [name, { allOf: [a.properties[name], b.properties[name]] }]);
    all.properties = { ...a.properties, ...b.properties, ...Object.fromEntries(joined) };
  }
  if (a.items && b.items) all.items = { allOf: [a.items, b.items] };
  if (a.required && b.required) all.required = [...new Set([...a.required, ...b.required])];
  if (a.enum && b.enum) all.enum = a.enum.filter((value) => b.enum.includes(value));
  return all;
}
