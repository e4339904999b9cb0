// What JavaScript may give although the types forbid it, and what platforms do: nothing hangs, nothing is lost silently.

import assert from "node:assert/strict";
import { test } from "node:test";

import { BoxClient, BoxConflictError, BoxNetworkError, BoxUsageError } from "box-wasm";

import { application, client, control, signedIn } from "./support/emulator.mjs";
import { answering, failure, gate, hanging, json } from "./support/promises.mjs";

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

test("control characters in what Box says stay what they are", async () => {
  const name = String.fromCharCode(...Array.from({ length: 32 }, (_, code) => code));
  const conflict = { status: 409, code: "item_name_in_use", context_info: { conflicts: [{ id: "1", name }] } };
  const box = client({ auth, fetch: answering(() => json(conflict, { status: 409 })).fetch });
  const error = await failure(box.folders.get("0"));
  assert.ok(error instanceof BoxConflictError, `${error}`);
  assert.equal(error.context.conflicts[0].name, name);
});

test("a fetch that throws at once is tried again", async () => {
  const { fetch: answer, requests } = answering(() => json({ id: "5" }));
  let calls = 0;
  const fetch = (...request) => {
    calls += 1;
    if (calls === 1) throw new TypeError("not yet");
    return answer(...request);
  };
  const box = client({ auth, fetch });
  assert.equal((await box.users.me()).id, "5");
  assert.deepEqual([calls, requests.length], [2, 1]);
});

test("a provider that fails for hundreds of uploads fails them all, each with its own error", async () => {
  const [uploads, size, part] = [400, 60_000_000, 100_000];
  const together = gate();
  let [asked, parts] = [0, 0];
  const token = async () => {
    asked += 1;
    if (asked > 1) throw new Error("logged out");
    return "t";
  };
  const fetch = async (_, { method }) => {
    if (method === "PUT") {
      parts += 1;
      if (parts >= uploads) together.resolve();
      await together.promise;
      return json({}, { status: 401 });
    }
    return json({ id: "s", part_size: part, total_parts: size / part, session_endpoints: {} }, { status: 201 });
  };
  const box = client({ auth: token, fetch });
  const blob = new Blob([new Uint8Array(size)]);
  const all = Array.from({ length: uploads }, (_, n) => failure(box.upload("0", `${n}`, blob)));
  for (const error of await Promise.all(all)) assert.equal(error.kind, "session", `${error}`);
});
