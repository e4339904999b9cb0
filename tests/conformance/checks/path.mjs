// The path of a request.

import { faults, wrong } from "./value.mjs";
import { parsed } from "./text.mjs";

/** What is wrong with a path, which is what follows the base URL. */
export function path({ base, path, parameters }, given) {
  const [expected, found] = [base + path, given].map((path) => path.split("/"));
  if (expected.length !== found.length) return [wrong("path", `${given} is not ${base}${path}`)];
  return expected.flatMap((template, n) => {
    const values = match(template, found[n]);
    if (!values) return [wrong("path", `${found[n]} where ${template} is declared`)];
    return Object.entries(values).flatMap(([name, text]) => {
      const parameter = parameters.find((one) => one.place === "path" && one.name === name);
      if (!parameter) return [wrong(`path.${name}`, "not declared")];
      return faults(parameter.schema, parsed(parameter.schema, text), `path.${name}`, false);
    });
  });
}

/** The values of a segment such as `thumbnail.{extension}`. */
function match(template, segment) {
  const names = [...template.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name);
  const literals = template.split(/\{[^}]+\}/).map(escape);
  const found = new RegExp(`^${literals.join("(.+)")}$`).exec(decoded(segment));
  return found && Object.fromEntries(names.map((name, n) => [name, found[n + 1]]));
}

/** A segment without percent signs, or as it is if they mean nothing. */
function decoded(segment) {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
