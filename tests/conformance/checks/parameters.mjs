// The query and the header fields of a request.

import { json, parsed } from "./text.mjs";
import { faults, missing, wrong } from "./value.mjs";

/** Header fields that are no matter of an operation. `fetch` adds two of them to conditional requests. */
const ALWAYS = new Set([
  "accept",
  "accept-encoding",
  "accept-language",
  "authorization",
  "cache-control",
  "connection",
  "content-length",
  "content-type",
  "host",
  "pragma",
  "sec-fetch-mode",
  "transfer-encoding",
  "user-agent",
]);

/** What is wrong with a query, which is a list of names and values. */
export function query(operation, pairs, every) {
  return fields(operation, "query", pairs, every);
}

/** What is wrong with header fields, whose names are in lower case. */
export function headers(operation, pairs, every) {
  return fields(operation, "header", pairs.filter(([name]) => !ALWAYS.has(name)), every);
}

function fields({ parameters }, place, pairs, every) {
  const declared = parameters.filter((parameter) => parameter.place === place);
  const names = new Set(declared.map(({ name }) => name));
  const others = pairs.filter(([name]) => !names.has(name));
  return [
    ...others.map(([name]) => wrong(`${place}.${name}`, "not declared")),
    ...declared.flatMap((parameter) => {
      const texts = pairs.filter(([name]) => name === parameter.name).map(([, text]) => text);
      return field(parameter, texts, `${place}.${parameter.name}`, every);
    }),
  ];
}

function field({ schema, required, repeats }, texts, place, every) {
  if (!texts.length) return every || required ? [missing(place)] : [];
  if (schema.items?.type === "object") return faults(schema, json(texts[0]), place, every);
  if (schema.type === "array" && repeats) {
    return faults(schema, texts.map((text) => parsed(schema.items, text)), place, every);
  }
  if (texts.length > 1) return [wrong(place, "given more than once")];
  return faults(schema, parsed(schema, texts[0]), place, every);
}
