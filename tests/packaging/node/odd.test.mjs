// What JavaScript may give although the types forbid it, and what platforms do: nothing hangs, nothing is lost silently.

import assert from "node:assert/strict";
import { test } from "node:test";

import { BoxClient, BoxNetworkError, BoxUsageError } from "box-wasm";

import { application, client, control, signedIn } from "./support/emulator.mjs";
import { answering, failure, hanging, json } from "./support/promises.mjs";

const auth = { accessToken: "t" };

for (const [what, reply] of [
  ["nothing", undefined],
  ["no header fields", { ok: true, status: 200, text: async () => "{}" }],
  ["header fields that aren't a list", { ok: true, status: 200, headers: {}, text: async () => "{}" }],
  ["a body that can't be cancelled", { status: 204, headers: [], body: {} }],
]) {
  test(`a fetch that answers ${what} ends the call`, async () => {
    const box = new BoxClient({ auth, fetch: async () => reply, retry: { maxAttempts: 1 } });
    if (reply?.status === 204) assert.equal(await box.folders.delete("1"), undefined);
    else assert.ok((await failure(box.users.me())) instanceof BoxNetworkError);
  });
}

test("header fields that can't be shown end the call", async () => {
  const reply = { status: 200, headers: new Map([["x", "日本"]]), text: async () => "{}" };
  const error = await failure(new BoxClient({ auth, fetch: async () => reply }).users.me());
  assert.equal(error.kind, "internal");
});

for (const size of [Number.NaN, "5", -1, 2.5, undefined]) {
  test(`a stream of ${size} bytes is refused, and nothing is sent`, async () => {
    const { fetch, requests } = answering(() => json({}));
    const box = client({ auth, fetch });
    const error = await failure(box.upload("0", "n", new Blob(["hello"]).stream(), { size }));
    assert.ok(error instanceof BoxUsageError, `${error}`);
    assert.equal(requests.length, 0);
  });
}

test("a number counts as the text that it is", async () => {
  const { fetch, requests } = answering(() => json({ access_token: "t", expires_in: 60 }));
  const box = client({ auth: { ...application, userId: 5, enterpriseId: undefined }, fetch });
  await box.users.me({}, { asUser: 7, headers: { "x-n": 1 } });
  const form = new URLSearchParams(requests[0].body);
  assert.deepEqual([form.get("box_subject_type"), form.get("box_subject_id")], ["user", "5"]);
  const fields = new Headers(requests[1].headers);
  assert.deepEqual([fields.get("as-user"), fields.get("x-n")], ["7", "1"]);
});

test("values that can't be written are refused", async () => {
  const box = client({ auth, fetch: answering(() => json({})).fetch });
  const loop = {};
  loop.self = loop;
  for (const call of [
    () => box.folders.create({ name: 1n, parent: { id: "0" } }),
    () => box.folders.create({ name: "n", parent: loop }),
    () => box.search.query({ query: new Date(Number.NaN) }),
    () => box.folders.get("\ud83d"),
    () => box.users.me({}, { timeout: Number.NaN }),
  ]) {
    assert.ok((await failure(call())) instanceof BoxUsageError);
  }
});

test("a time-out that is over ends the call at once, and a clock that goes back keeps none waiting", async () => {
  const box = client({ auth, fetch: hanging().fetch });
  assert.equal((await failure(box.users.me({}, { timeout: -1 }))).kind, "timeout");
  const { now } = Date;
  const late = failure(box.users.me({}, { timeout: 100 }));
  Date.now = () => now() - 3_600_000;
  try {
    assert.equal((await late).kind, "timeout");
  } finally {
    Date.now = now;
  }
});

test("tokens that the application couldn't keep are reported", async (t) => {
  await control("/reset", {});
  const reported = t.mock.method(console, "error", () => {});
  const box = await signedIn({
    tokensChanged() {
      throw new Error("db down");
    },
  });
  assert.match(`${reported.mock.calls[0].arguments[0]}`, /db down/);
  assert.ok((await box.users.me()).id);
});
