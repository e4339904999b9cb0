// What a client tells of its calls.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { application, asUser, client, control, emulator, fail } from "./support/emulator.mjs";
import { failure, hanging } from "./support/promises.mjs";

beforeEach(() => control("/reset", {}));

const parent = { id: "0" };

/** A client and what it has told. */
function observed(options = {}) {
  const events = [];
  return { box: client({ onEvent: (event) => events.push(event), ...options }), events };
}

/** Without what differs from run to run. */
function steady({ duration, wait, requestId, ...event }) {
  for (const seconds of [duration, wait].filter((seconds) => seconds !== undefined)) assert.ok(seconds >= 0 && seconds < 20);
  return event;
}

test("a write with another try is a token, two requests, a wait and an audit", async () => {
  const { box, events } = observed();
  await fail("folders.create", { kind: "status", status: 429, retry_after: "0" });
  const { id } = await box.folders.create({ name: "secret-name", parent });
  const { hostname, port } = new URL(emulator.api);
  const server = { "server.address": hostname, "server.port": Number(port), "http.request.method": "POST" };
  const request = { type: "request", ...server, "url.template": "/folders", operation: "folders.create" };
  const token = events.shift();
  assert.equal(token["http.response.status_code"], 200);
  assert.match(token.operation, /^oauth\./);
  assert.deepEqual(events.map(steady), [
    { ...request, "http.request.resend_count": 0, "http.response.status_code": 429, "error.type": "429" },
    { type: "retry", operation: "folders.create", "error.type": "429", "http.request.resend_count": 1 },
    { ...request, "http.request.resend_count": 1, "http.response.status_code": 201 },
    {
      type: "audit",
      operation: "folders.create",
      subject: `client credentials of ${application.clientId} for user ${emulator.user_id}`,
      target: id,
      outcome: "done",
      "http.response.status_code": 201,
    },
  ]);
  assert.ok(events.every(({ requestId, type }) => type === "retry" || typeof requestId === "string"));
  const told = JSON.stringify([token, ...events]);
  for (const secret of [application.clientSecret, "secret-name"]) assert.ok(!told.includes(secret), told);
});

test("audits tell how writes ended, and for whom", async () => {
  const { box, events } = observed();
  const audits = () => events.splice(0).filter(({ type }) => type === "audit").map(({ target, outcome, asUser }) => [target, outcome, asUser]);
  const { id } = await box.upload("0", "a", new Uint8Array(5));
  assert.deepEqual(audits().at(-1)?.slice(0, 2), [id, "done"]);
  await failure(box.folders.delete("404404", {}, { asUser: emulator.user_id }));
  assert.deepEqual(audits(), [["404404", "failed", emulator.user_id]]);
  await box.folders.get("0");
  assert.deepEqual(audits(), []);
});

test("an audit tells that nobody knows", async () => {
  const fetch = async () => {
    throw new TypeError("lost");
  };
  const { box, events } = observed({ auth: { accessToken: "t" }, fetch, retry: { base: 1 } });
  const error = await failure(box.comments.create({ message: "m", item: { type: "file", id: "7" } }));
  assert.equal(error.kind, "outcome_unknown");
  assert.deepEqual(events.map(({ type, "error.type": why, outcome }) => [type, why ?? outcome]), [
    ["request", "transport"],
    ["audit", "unknown"],
  ]);
});

test("a write that its caller leaves is cancelled", async () => {
  const { fetch, begun } = hanging();
  const { box, events } = observed({ auth: { accessToken: "t" }, fetch });
  const controller = new AbortController();
  const call = failure(box.folders.delete("7", {}, { signal: controller.signal }));
  await begun;
  controller.abort();
  await call;
  assert.deepEqual(events, [
    { type: "audit", operation: "folders.delete", subject: "an access token", target: "7", outcome: "cancelled" },
  ]);
});

test("what a handler throws is reported, and the call goes on", async (t) => {
  const reported = t.mock.method(console, "error", () => {});
  const thrown = [new Error("at once"), new Error("later")];
  const handlers = [() => { throw thrown[0]; }, async () => { throw thrown[1]; }];
  for (const onEvent of handlers) await client({ onEvent, auth: asUser() }).users.me();
  await new Promise(setImmediate);
  const told = reported.mock.calls.map(({ arguments: [error] }) => error);
  assert.deepEqual(new Set(told), new Set(thrown));
});
