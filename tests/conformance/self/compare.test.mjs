// Our request and the official SDK's: what counts as a difference, and the verdict on a run.

import assert from "node:assert/strict";
import { test } from "node:test";

import { compare } from "../compare.mjs";
import { verdict } from "../verdict.mjs";

const operation = { id: "x", path: "/2.0/files/{file_id}/content", maps: { "body.params": "any" }, recorded: "why" };
const attributes = { name: "a", at: "2026-01-31T10:53:43Z", list: [{ id: "1" }] };

/** A request with files in it; `changes` replace members. */
function upload(changes = {}) {
  return {
    method: "POST",
    host: "upload",
    path: "/2.0/files/1/content",
    query: { fields: ["id,name"] },
    headers: { authorization: "Bearer a", "content-type": "multipart/form-data", "if-match": "1" },
    body: {
      kind: "multipart",
      parts: [
        { name: "attributes", filename: null, type: null, value: attributes },
        { name: "file", filename: "a.txt", type: "text/plain", length: 7 },
      ],
    },
    ...changes,
  };
}

const json = (value) => upload({ body: { kind: "json", value } });

test("values, file names and types of files are the caller's", () => {
  const value = { name: "b", at: "1999-12-31T00:00:00.5+01:00", list: [{ id: "2" }, { id: "3" }] };
  const other = upload({
    path: "/2.0/files/a%2Fb/content",
    query: { fields: ["etag"] },
    headers: { authorization: "Bearer b", "content-type": "multipart/form-data", "if-match": "2" },
    body: {
      kind: "multipart",
      parts: [
        { name: "attributes", filename: null, type: null, value },
        { name: "file", filename: "", type: null, length: 9 },
      ],
    },
  });
  assert.deepEqual(compare(operation, other, upload()), []);
  assert.deepEqual(compare(operation, json({ params: { a: 1 } }), json({ params: { b: "c" } })), []);
});

test("names, kinds, order and places are not", () => {
  const { parts } = upload().body;
  const { "if-match": match, ...headers } = upload().headers;
  const changed = (value) => upload({ body: { kind: "multipart", parts: [{ ...parts[0], value }, parts[1]] } });
  const others = [
    upload({ method: "PUT" }),
    upload({ host: "api" }),
    upload({ path: "/2.0/file/1/content" }),
    upload({ query: {} }),
    upload({ query: { fields: ["id", "name"] } }),
    upload({ headers }),
    upload({ headers: { ...headers, "if-none-match": "1" } }),
    upload({ headers: { ...upload().headers, "content-type": "application/json" } }),
    upload({ body: { kind: "multipart", parts: parts.toReversed() } }),
    upload({ body: { kind: "octets", length: 7 } }),
    upload({ body: null }),
    changed({ ...attributes, more: 1 }),
    changed({ ...attributes, name: 1 }),
    changed({ ...attributes, at: "31 January 2026" }),
    changed({ ...attributes, list: [] }),
  ];
  for (const other of others) {
    assert.notDeepEqual(compare(operation, other, upload()), [], JSON.stringify(other));
    assert.notDeepEqual(compare(operation, upload(), other), [], JSON.stringify(other));
  }
});

test("an operation passes if each client made both calls, without faults and as the SDK does", () => {
  const amounts = { required: "ok", every: "ok" };
  const both = { required: upload(), every: upload() };
  const run = (seen, recorded) => {
    const operations = [operation, { id: "y", path: "/2.0/y" }];
    return verdict({ operations, seen, recorded, lost: [] }, sdk);
  };
  const sdk = Object.keys(both).map((amount) => ({ operation: "x", amount, ...upload() }));
  const clients = (value) => ({ rust: value, npm: value });
  assert.deepEqual(run(clients({ x: amounts, y: amounts }), clients({ x: both })), {
    faults: [],
    line: "conformance: 2 of 2 operations, rust, npm; prism 1, recorded 1",
  });
  const faulty = { x: amounts, y: { every: ["query.a: not declared"] } };
  const { faults, line } = run({ ...clients({ x: amounts, y: amounts }), npm: faulty }, {
    rust: { x: both },
    npm: { x: { ...both, every: upload({ query: {} }) } },
  });
  assert.deepEqual(faults, [
    "npm x every: only the SDK has: query.fields",
    "npm y required: not called",
    "npm y every: query.a: not declared",
  ]);
  assert.match(line, /^conformance: 0 of 2 operations/);
});
