// The end of a client.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { BoxError } from "box-wasm";

import { content } from "./support/content.mjs";
import { application, client, control, fail, signIn } from "./support/emulator.mjs";
import { answering, failure, gate, hanging, json } from "./support/promises.mjs";

beforeEach(() => control("/reset", {}));

const auth = { accessToken: "t" };

async function assertClosed(...calls) {
  for (const error of await Promise.all(calls.map(failure))) {
    assert.ok(error instanceof BoxError && error.isClosed, String(error));
    assert.equal(error.kind, "closed");
  }
}

test("nobody gets in any more, by any way", async () => {
  const { fetch, requests } = answering(() => json({}));
  const box = client({ auth, fetch });
  const derived = box.asUser("7");
  assert.equal(await box.close({ deadline: 1_000 }), true);
  const afterwards = derived.readOnly();
  await assertClosed(
    box.users.me(),
    derived.users.me(),
    afterwards.users.me(),
    box.raw("GET", "/users/me"),
    box.folders.listItems("0"),
    box.folders.listItems("0").pages().next(),
    box.findInFolder("0", "a"),
    box.upload("0", "a", content(3)),
    box.download("1").bytes(),
    box.files.download("1"),
    box.finishSignIn("https://app.test/?code=c&state=s", "s"),
  );
  assert.equal(requests.length, 0);
});

test("who is inside goes on, also one whose rows aren't loaded yet", async () => {
  const reply = gate();
  const { fetch, requests } = answering(async () => (await reply.promise, json({ id: "1" })));
  const box = client({ auth, fetch });
  const call = box.webhooks.get("1");
  const closing = box.close({ deadline: 60_000 });
  let over = false;
  void closing.then(() => (over = true));
  await assertClosed(box.users.me());
  while (!requests.length) await new Promise(setImmediate);
  assert.equal(over, false);
  reply.resolve();
  assert.equal((await call).id, "1");
  assert.equal(await closing, true);
});

test("at the deadline everything ends, and its requests are given up", async () => {
  const { fetch, requests, begun } = hanging();
  const box = client({ auth, fetch });
  const calls = [box.users.me(), box.asUser("7").users.me(), box.upload("0", "a", content(9)), box.download("1").bytes()];
  const list = box.folders.listItems("0").pages().next();
  const checked = assertClosed(...calls, list);
  await begun;
  const began = performance.now();
  assert.equal(await box.close({ deadline: 20 }), false);
  assert.ok(performance.now() - began < 1_000);
  await checked;
  assert.ok(requests.every(({ init }) => init.signal.aborted));
});

test("whoever was still on the way sends nothing behind the deadline", async () => {
  const { fetch, requests } = answering(() => json({}));
  const box = client({ auth: { accessToken: "t" }, fetch });
  const call = box.signRequests.get("1");
  const closing = box.close({ deadline: 0 });
  const [ended] = await Promise.allSettled([call, closing]);
  const sent = requests.length;
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(requests.length, sent);
  if (ended.status === "rejected") assert.equal(ended.reason.kind, "closed");
});

test("a wait before another try ends too", async () => {
  const { fetch } = answering(() => json({}, { status: 503 }));
  const box = client({ auth, fetch, retry: { base: 60_000, cap: 60_000 } });
  const checked = assertClosed(box.users.me());
  await new Promise(setImmediate);
  assert.equal(await box.close({ deadline: 30 }), false);
  await checked;
});

test("a download is inside until its last byte", async () => {
  const box = client();
  const bytes = content(300_000);
  const file = await box.upload("0", "a", bytes);
  const stream = await box.download(file.id).stream();
  const closing = box.close({ deadline: 60_000 });
  const read = new Uint8Array(await new Response(stream).arrayBuffer());
  assert.deepEqual(read, bytes);
  assert.equal(await closing, true);
});

test("a download that nobody reads on ends at the deadline, and one that is left ends at once", async () => {
  const box = client();
  const file = await box.upload("0", "a", content(300_000));
  const stream = await box.download(file.id).stream();
  const reader = stream.getReader();
  await reader.read();
  const left = await box.download(file.id).stream();
  await left.cancel();
  assert.equal(await box.close({ deadline: 20 }), false);
  await assertClosed(reader.read(), reader.closed);
});

test("new tokens are told before it is over", async () => {
  const [told, stored] = [gate(), gate()];
  const box = client({ auth: application, tokensChanged: () => (told.resolve(), stored.promise) });
  const controller = new AbortController();
  const signing = signIn(box);
  await told.promise;
  let over = false;
  const closing = box.close({ deadline: 60_000 }).then((well) => (over = well));
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(over, false);
  stored.resolve();
  await signing;
  assert.equal(await closing, true);
  controller.abort();
});

test("closing twice is closing once, and each has its own deadline", async () => {
  await fail("users.me", { kind: "delay", delay_ms: 300 });
  const box = client();
  const call = box.users.me();
  const long = box.close({ deadline: 60_000 });
  const checked = assertClosed(call);
  assert.equal(await box.close({ deadline: 10 }), false);
  await checked;
  assert.equal(await long, false);
  assert.equal(await box.close(), false);
});

test("a client that did nothing is closed at once, and another lives on", async () => {
  const [one, other] = [client(), client()];
  assert.equal(await one.close({ deadline: Infinity }), true);
  assert.ok((await other.users.me()).id);
});

test("it is closed where a block ends", { skip: !Symbol.asyncDispose }, async () => {
  const box = client();
  await box.users.me();
  assert.equal(await box[Symbol.asyncDispose](), undefined);
  await assertClosed(box.users.me());
});
