// Tokens that the application provides.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { BoxAuthError } from "box-wasm";

import { asUser, client, control, count, emulator, fetchToken } from "./support/emulator.mjs";
import { answering, failure, gate, json } from "./support/promises.mjs";

beforeEach(() => control("/reset", {}));

/** A provider that notes why it was asked. */
function noting(give) {
  const reasons = [];
  const auth = ({ reason }) => {
    reasons.push(reason);
    return give(reasons.length);
  };
  return { auth, reasons };
}

test("it is asked once for all calls that wait", async () => {
  const { auth, reasons } = noting(() => fetchToken());
  const box = client({ auth });
  const everyone = () => Promise.all(Array.from({ length: 200 }, () => box.users.me()));
  await everyone();
  assert.deepEqual(reasons, ["missing"]);
  await control("/expire_tokens", {});
  const users = await everyone();
  assert.deepEqual(reasons, ["missing", "rejected"]);
  assert.ok(users.length === 200 && users.every(({ id }) => id === emulator.user_id));
});

test("it is asked again before a token ends", async (context) => {
  const { auth, reasons } = noting(() => fetchToken());
  const box = client({ auth });
  await box.users.me();
  const now = Date.now.bind(Date);
  let later = 3_000;
  context.mock.method(Date, "now", () => now() + later * 1_000);
  await box.users.me();
  assert.deepEqual(reasons, ["missing"]);
  later = 3_599;
  await box.users.me();
  assert.deepEqual(reasons, ["missing", "expired"]);
  assert.equal((await control("/counters")).statuses["users.me"][401], undefined, "Box had to refuse a token");
});

test("a token may be a mere string", async () => {
  const box = client({ auth: async () => (await fetchToken()).accessToken });
  assert.equal((await box.users.me()).id, emulator.user_id);
});

test("a provider that fails is a failure of the session, and may do better next time", async () => {
  const mistake = new Error("the server is on fire");
  const throwing = () => { throw mistake; };
  const failures = [
    ["throws", throwing, mistake],
    ["rejects", () => Promise.reject(mistake), mistake],
    ["returns nothing", () => undefined],
    ["returns null", () => null],
    ["returns no text", () => ""],
    ["returns an object without a token", () => ({ access_token: "misspelt" })],
    ["never answers", () => new Promise(() => {})],
  ];
  const token = await fetchToken();
  // With their rows loaded, both calls ask at the same time.
  await Promise.all([client().users.me(), client().folders.get("0")]);
  for (const [name, broken, cause] of failures) {
    const { auth, reasons } = noting((time) => (time === 1 ? broken() : token));
    const box = client({ auth, authTimeout: 50 });
    const [error, other] = await Promise.all([failure(box.users.me()), failure(box.folders.get("0"))]);
    for (const { kind } of [error, other]) assert.equal(kind, "session", name);
    assert.ok(error instanceof BoxAuthError, name);
    assert.equal(error.cause, cause, name);
    assert.equal((await box.users.me()).id, emulator.user_id, name);
    assert.equal(reasons.length, 2, name);
  }
  assert.equal(await count("requests", "folders.get"), 1);
});

test("the cause of one failure isn't that of the next", async () => {
  const { auth } = noting((time) => {
    if (time === 1) throw new Error("the first cause");
    return new Promise(() => {});
  });
  const box = client({ auth, authTimeout: 50 });
  assert.equal((await failure(box.users.me())).cause.message, "the first cause");
  const slow = await failure(box.users.me());
  assert.match(slow.message, /too long/);
  assert.equal(slow.cause, undefined);
});

test("the late failure of an ask doesn't fail the next one", async () => {
  const token = await fetchToken();
  const [late, next, asked] = [gate(), gate(), gate()];
  const { auth } = noting((time) => {
    if (time === 1) return late.promise;
    asked.resolve();
    return next.promise;
  });
  const box = client({ auth, authTimeout: 100 });
  await failure(box.users.me());
  const call = box.users.me();
  await asked.promise;
  late.reject(new Error("too late"));
  next.resolve(token);
  assert.equal((await call).id, emulator.user_id);
});

test("a token that Box always refuses is asked for once more, not for ever", async () => {
  const { auth, reasons } = noting(() => "refused");
  const { fetch, requests } = answering(() => json({ code: "unauthorized" }, { status: 401 }));
  const error = await failure(client({ auth, fetch }).users.me());
  assert.deepEqual([error.status, reasons, requests.length], [401, ["missing", "rejected"], 2]);
});

test("two clients with different users never mix their tokens", async () => {
  const ids = [emulator.user_id, "1000102"];
  const clients = [client({ auth: () => fetchToken(ids[0]) }), client({ auth: asUser(ids[1]) })];
  const calls = Array.from({ length: 100 }, (_, i) => clients[i % 2].users.me());
  const users = await Promise.all(calls);
  assert.deepEqual(users.map(({ id }) => id), calls.map((_, i) => ids[i % 2]));
});
