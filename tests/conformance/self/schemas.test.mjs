// Schemas of a small document, and values held against them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { faults } from "../checks/value.mjs";
import { Schemas } from "../documents/schemas.mjs";

const string = { type: "string" };
const schemas = new Schemas({
  components: {
    schemas: {
      Base: { type: "object", properties: { id: string, size: { type: "integer" } }, required: ["id"] },
      File: {
        allOf: [
          { $ref: "#/components/schemas/Base" },
          {
            properties: {
              size: { nullable: true },
              at: { ...string, readOnly: true },
              parent: { $ref: "#/components/schemas/File" },
            },
          },
        ],
      },
      Tag: { type: "object", properties: { tag: string }, required: ["tag"] },
    },
  },
});
const ref = (name) => ({ $ref: `#/components/schemas/${name}` });
const closed = (schema) => schemas.closed(schema);
const places = (schema, value, every = false) => {
  return faults(closed(schema), value, "body", every).map(({ place, kind }) => `${place} ${kind}`);
};

test("references and `allOf` become one closed schema", () => {
  assert.deepEqual(closed(ref("File")), {
    type: "object",
    required: ["id"],
    properties: { id: string, size: { type: "integer", nullable: true }, parent: {} },
    additionalProperties: false,
  });
});

test("what allows other members stays open, and what has none isn't closed", () => {
  const open = { type: "object", properties: { a: string }, additionalProperties: ref("Tag") };
  assert.equal(closed(open).additionalProperties.additionalProperties, false);
  assert.deepEqual(closed({ type: "object" }), { type: "object" });
  assert.deepEqual(places(open, { a: "1", b: { tag: "2" } }), []);
  assert.deepEqual(places(open, { b: { tag: "2", tog: "3" } }), ["body.b.tog wrong"]);
});

test("a schema with `nullable` and no type hands it to its variants", () => {
  const { oneOf, nullable } = closed({ nullable: true, oneOf: [string, { type: "integer" }] });
  assert.deepEqual([oneOf, nullable], [[{ type: "string", nullable: true }, { type: "integer" }], undefined]);
});

test("faulty documents are refused", () => {
  assert.throws(() => closed(ref("Nothing")), /#\/components\/schemas\/Nothing/);
  assert.throws(() => closed({ allOf: [{ oneOf: [string] }, { oneOf: [string] }] }), /oneOf/);
});

test("names, types and nulls", () => {
  assert.deepEqual(places(ref("File"), { id: "1", size: null, parent: { any: 1 } }), []);
  const wrong = ["body.id missing", "body.idd wrong", "body.size wrong"];
  assert.deepEqual(places(ref("File"), { idd: "1", size: "1" }), wrong);
  assert.deepEqual(places(ref("File"), { id: null, at: "1" }), ["body.id wrong", "body.at wrong"]);
  assert.deepEqual(places(ref("File"), []), ["body wrong"]);
  assert.deepEqual(places({ description: "anything" }, { a: [null, 1] }, true), []);
});

test("everything goes down into the first element, and counts nulls and empty lists as missing", () => {
  const list = { type: "array", items: ref("File") };
  assert.deepEqual(places(list, [{ id: "1", size: 1, parent: {} }, { id: "2" }], true), []);
  assert.deepEqual(places(list, [{ id: "1", size: null }], true), ["body[0].parent missing", "body[0].size empty"]);
  assert.deepEqual(places(list, [], true), ["body empty"]);
});

test("of variants the one that is meant counts", () => {
  const kind = (name) => ({ type: "object", properties: { type: { ...string, enum: [name] }, [name]: string } });
  const either = { oneOf: [kind("file"), kind("folder")] };
  assert.deepEqual(places(either, { type: "folder", folder: "1" }, true), []);
  assert.deepEqual(places(either, { type: "folder" }, true), ["body.folder missing"]);
  assert.deepEqual(places(either, { type: "folder", file: "1" }), ["body.file wrong"]);
});
