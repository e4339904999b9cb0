// A request as a whole.

import { excused } from "../exceptions.mjs";
import { body } from "./body.mjs";
import { headers, query } from "./parameters.mjs";
import { path } from "./path.mjs";

/** What is wrong with a request, as sentences. */
export async function check(operation, { amount, host, method, path: given, pairs, fields, type, bytes }) {
  const every = amount === "every";
  const all = [
    ...(method === operation.method ? [] : [{ place: "method", what: `${method}, not ${operation.method}` }]),
    ...(host === operation.host ? [] : [{ place: "host", what: `${host}, not ${operation.host}` }]),
    ...path(operation, given),
    ...query(operation, pairs, every),
    ...headers(operation, fields, every),
    ...(await body(operation, type, bytes, every)),
  ];
  const left = all.filter((fault) => !(every && excused(operation, fault)));
  return left.map(({ place, what }) => `${place}: ${what}`);
}
