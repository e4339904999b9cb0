// What errors tell.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import * as box_wasm from "box-wasm";

import { client, control, fail } from "./support/emulator.mjs";
import { answering, failure, json } from "./support/promises.mjs";

const { BoxApiError, BoxConflictError, BoxError, BoxNetworkError } = box_wasm;
const { BoxRateLimitError, BoxTimeoutError, BoxUsageError } = box_wasm;

beforeEach(() => control("/reset", {}));

test("a status has its class, a subclass of all above it", async () => {
  const classes = [
    [400, BoxApiError],
    [403, BoxApiError],
    [404, box_wasm.BoxNotFoundError],
    [409, BoxConflictError],
    [412, box_wasm.BoxPreconditionError],
    [429, BoxRateLimitError],
    [500, BoxApiError],
  ];
  for (const [status, type] of classes) {
    const init = { status, headers: { "retry-after": "0" } };
    const { fetch } = answering(() => json({ code: "some_code", message: "m" }, init));
    const error = await failure(client({ auth: { accessToken: "t" }, fetch }).folders.get("0"));
    assert.equal(error.constructor, type, status);
    assert.equal(error.name, type.name);
    for (const above of [BoxApiError, BoxError, Error]) assert.ok(error instanceof above, status);
    assert.deepEqual([error.kind, error.status, error.code], ["api", status, "some_code"]);
  }
});

test("the facts of a failure are members", async () => {
  const box = client();
  const parent = { id: "0" };
  const taken = await box.folders.create({ name: "taken", parent });
  const error = await failure(box.folders.create({ name: "taken", parent }));
  const { kind, status, code, operation, attempts, requestId, helpUrl, context, conflicts } = error;
  assert.deepEqual({ kind, status, code, operation, attempts: attempts.length }, {
    kind: "api", status: 409, code: "item_name_in_use", operation: "folders.create", attempts: 1,
  });
  assert.ok(requestId && URL.canParse(helpUrl));
  assert.deepEqual(context.conflicts, conflicts);
  assert.deepEqual(conflicts.map(({ type, id }) => [type, id]), [["folder", taken.id]]);
  for (const fact of ["folders.create", "409", "item_name_in_use", requestId]) {
    assert.ok(error.message.includes(fact), error.message);
  }
});

test("one conflict and none are lists too", () => {
  const facts = { kind: "api", message: "m" };
  const conflicts = (context) => new BoxError({ ...facts, context }).conflicts;
  assert.deepEqual(conflicts({ conflicts: { id: "1" } }), [{ id: "1" }]);
  assert.deepEqual(conflicts({ conflicts: [{ id: "1" }, { id: "2" }] }).length, 2);
  assert.deepEqual([conflicts({}), conflicts(undefined)], [[], []]);
});

test("too many requests say how long to wait, in milliseconds", async () => {
  await fail("users.me", { kind: "status", status: 429, retry_after: "7", times: 9 });
  const error = await failure(client({ retry: { maxAttempts: 1 } }).users.me());
  assert.ok(error instanceof BoxRateLimitError);
  assert.deepEqual([error.retryAfter, error.attempts.length], [7_000, 1]);
  await control("/clear_faults", {});
  await fail("users.me", { kind: "status", status: 429, retry_after: "0", times: 9 });
  assert.equal((await failure(client({ retry: { base: 1, maxAttempts: 4 } }).users.me())).attempts.length, 4);
});

test("a body of HTML leaves status and id", async () => {
  await fail("folders.get", { kind: "status", status: 404, body: "html" });
  const error = await failure(client().folders.get("1"));
  assert.ok(error instanceof box_wasm.BoxNotFoundError);
  assert.ok(!error.message.includes("<"), error.message);
});

test("a reply of 200 that isn't JSON can't be read", async () => {
  const { fetch } = answering(() => new Response("<html>", { status: 200 }));
  const error = await failure(client({ auth: { accessToken: "t" }, fetch }).users.me());
  assert.deepEqual([error.kind, error.constructor], ["decode", BoxError]);
});

test("a network that isn't there is an error of the network", async () => {
  const { fetch, requests } = answering(() => { throw new TypeError("fetch failed for https://host/?token=secret"); });
  const error = await failure(client({ auth: { accessToken: "t" }, fetch }).users.me());
  assert.ok(error instanceof BoxNetworkError);
  assert.deepEqual([error.kind, error.attempts.length, requests.length], ["transport", 5, 5]);
  assert.ok(!error.message.includes("secret"), error.message);
});

test("a call that takes too long", async () => {
  await fail("users.me", { kind: "delay", delay_ms: 60_000 });
  const error = await failure(client().users.me({}, { timeout: 40 }));
  assert.ok(error instanceof BoxTimeoutError);
  assert.equal(error.operation, "users.me");
});

test("a call that can't be sends nothing", async () => {
  const box = client();
  const parent = { id: "0" };
  const wrong = {
    "an unknown parameter": () => box.folders.get("0", { feilds: ["name"] }),
    "none of what is required": () => box.folders.create({}),
    "no parameters at all": () => box.folders.create(),
    "one of two": () => box.folders.create({ name: "a" }),
    "an empty id": () => box.folders.get(""),
    "no id": () => box.folders.get(),
    "an id that leads elsewhere": () => box.folders.get(".."),
    "a name with a slash": () => box.folders.create({ name: "a/b", parent }),
    "a name of dots": () => box.folders.create({ name: "..", parent }),
    "a name that ends with a space": () => box.folders.create({ name: "a ", parent }),
    "an empty name": () => box.folders.create({ name: "", parent }),
    "an upload with such a name": () => box.upload("0", "a/b", new Uint8Array(1)),
    "an upload to nowhere": () => box.upload("", "a", new Uint8Array(1)),
    "a download of nothing": () => box.download("").bytes(),
    "a list of nothing": () => box.folders.listItems("").pages().next(),
    "a list with an unknown parameter": () => box.folders.listItems("0", { limitt: 1 }).pages().next(),
  };
  for (const [name, call] of Object.entries(wrong)) {
    const error = await failure(call());
    assert.ok(error instanceof BoxUsageError, `${name}: ${error}`);
    assert.equal(error.kind, "invalid_input", name);
  }
  assert.deepEqual((await control("/counters")).requests, {});
});

test("a header that breaks the line is sent to nobody", async () => {
  const { fetch, requests } = answering(() => json({}));
  const box = client({ auth: { accessToken: "t" }, fetch });
  const broken = "b\r\nc: d";
  for (const call of [box.users.me({}, { headers: { a: broken } }), box.folders.get("0", { boxapi: broken })]) {
    assert.ok((await failure(call)) instanceof BoxUsageError);
  }
  assert.equal(requests.length, 0);
});
