// Values and their schemas. A fault has a place, a kind and a sentence.

const is = {
  string: (value) => typeof value === "string",
  integer: Number.isInteger,
  number: (value) => typeof value === "number",
  boolean: (value) => typeof value === "boolean",
  array: Array.isArray,
  object: (value) => typeof value === "object" && !Array.isArray(value),
};

/** A schema without any of these allows everything. */
const DECISIVE = ["type", "enum", "properties", "additionalProperties", "items", "oneOf", "anyOf"];

/**
 * What is wrong with a value: names that aren't declared, types, values that are none of an `enum`, and what it lacks. If
 * it must have `every` member, that is more than what is required; of lists the first element counts.
 */
export function faults(schema, value, place, every) {
  if (DECISIVE.every((key) => !(key in schema))) return [];
  if (value === null) return ofNull(schema, place, every);
  const type = schema.type ?? (schema.properties && "object");
  if (type && !is[type](value)) return [wrong(place, `${kind(value)} where ${type} is declared`)];
  if (schema.enum && !schema.enum.includes(value)) {
    return [{ kind: "enum", place, what: `${JSON.stringify(value)} is none of ${schema.enum.join(", ")}` }];
  }
  const found = ofVariants(schema.oneOf ?? schema.anyOf, value, place, every);
  if (Array.isArray(value)) found.push(...ofElements(schema.items, value, place, every));
  else if (typeof value === "object") found.push(...ofMembers(schema, value, place, every));
  return found;
}

function ofNull({ nullable, oneOf, anyOf }, place, every) {
  const nullables = [{ nullable }, ...(oneOf ?? []), ...(anyOf ?? [])];
  if (!nullables.some(({ nullable }) => nullable)) return [wrong(place, "null")];
  return every ? [empty(place, "null instead of a value")] : [];
}

/** How little a variant is meant that has such a fault: tags tell variants apart, then names and types. */
const WEIGHTS = { enum: 1_000_000, wrong: 1_000, missing: 1, empty: 1 };

/** Of several variants that one is meant which fits best. */
function ofVariants(variants, value, place, every) {
  if (!variants) return [];
  const all = variants.map((variant) => faults(variant, value, place, every));
  const weight = (faults) => faults.reduce((sum, { kind }) => sum + WEIGHTS[kind], 0);
  return all.reduce((best, other) => (weight(other) < weight(best) ? other : best));
}

function ofElements(items, list, place, every) {
  if (every && !list.length) return [empty(place, "an empty list")];
  return list.flatMap((item, n) => faults(items ?? {}, item, `${place}[${n}]`, every && n === 0));
}

function ofMembers({ properties = {}, required = [], additionalProperties = true }, object, place, every) {
  const names = Object.keys(object);
  const more = names.filter((name) => !Object.hasOwn(properties, name));
  const demanded = every ? Object.keys(properties) : required;
  const absent = demanded.filter((name) => !Object.hasOwn(object, name));
  const found = absent.map((name) => missing(`${place}.${name}`));
  if (every && typeof additionalProperties === "object" && !more.length) found.push(empty(place, "an empty map"));
  for (const name of names) {
    const schema = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
    const inside = `${place}.${name}`;
    if (schema === false) found.push(wrong(inside, "not declared"));
    else found.push(...faults(schema === true ? {} : schema, object[name], inside, every));
  }
  return found;
}

export const wrong = (place, what) => ({ kind: "wrong", place, what });
export const missing = (place) => ({ kind: "missing", place, what: "missing" });

/** Something that is there and says nothing. */
const empty = (place, what) => ({ kind: "empty", place, what });

const kind = (value) => (Array.isArray(value) ? "array" : typeof value);
