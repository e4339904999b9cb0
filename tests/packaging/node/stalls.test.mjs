// Replies that stand still, that come slowly, and that never end.

import assert from "node:assert/strict";
import { before, beforeEach, test } from "node:test";

import { BoxApiError, BoxTimeoutError } from "box-wasm";

import { content } from "./support/content.mjs";
import { client, control, fail } from "./support/emulator.mjs";
import { failure } from "./support/promises.mjs";

const bytes = content(300_000);
const timeouts = { idle: 400 };
let box;
let id;
const signals = [];

before(async () => {
  await control("/reset", {});
  box = client({ fetch: (url, init) => (signals.push(init.signal), fetch(url, init)), retry: { maxAttempts: 1 } });
  ({ id } = await box.upload("0", "a", bytes));
});
beforeEach(() => control("/clear_faults", {}));

const ways = {
  "a download as a stream": async () => {
    for await (const chunk of await box.download(id, { timeouts }).stream()) assert.ok(chunk.length > 0);
  },
  "a download as bytes": () => box.download(id, { timeouts }).bytes(),
  "a download as a blob": () => box.download(id, { timeouts }).blob(),
  "the reply of an action": async () => (await box.files.download(id, {}, { timeouts })).arrayBuffer(),
};

for (const [what, read] of Object.entries(ways)) {
  test(`${what} ends when it stands still`, { timeout: 10_000 }, async () => {
    await fail("download.content", { kind: "stall", at: "body", bytes: 1000 });
    const error = await failure(read());
    assert.ok(error instanceof BoxTimeoutError, String(error));
    assert.ok(signals.at(-1).aborted, "the request goes on");
  });
}

test("a slow reader has time", async () => {
  for (const open of [
    () => box.download(id, { timeouts }).stream(),
    async () => (await box.files.download(id, {}, { timeouts })).body,
  ]) {
    let length = 0;
    for await (const chunk of await open()) {
      if (length === 0) await new Promise((resolve) => setTimeout(resolve, 1_500));
      length += chunk.length;
    }
    assert.equal(length, bytes.length);
  }
});

test("the reply of an action keeps what it is, and its reader may leave", async () => {
  const reply = await box.files.download(id, { range: "bytes=0-9" });
  assert.deepEqual([reply.status, reply.headers.get("content-length")], [206, "10"]);
  await reply.body.cancel();
  assert.ok(signals.at(-1).aborted);
});

test("a reply that comes slowly is waited for as long as it moves", async () => {
  await fail("users.me", { kind: "trickle", bytes_per_second: 300 });
  const began = performance.now();
  assert.ok((await box.users.me({}, { timeouts })).id);
  assert.ok(performance.now() - began > 800, "it did not come slowly");
});

test("a reply that stands still ends", { timeout: 10_000 }, async () => {
  await fail("users.me", { kind: "stall", at: "body", bytes: 10 });
  assert.ok((await failure(box.users.me({}, { timeouts }))) instanceof BoxTimeoutError);
});

test("of an error without end a mebibyte is read", async () => {
  let pulled = 0;
  let left = false;
  const pull = (controller) => {
    pulled += 65_536;
    controller.enqueue(new Uint8Array(65_536).fill(32));
  };
  const endless = () => new Response(new ReadableStream({ pull, cancel: () => void (left = true) }), { status: 418 });
  const error = await failure(client({ auth: { accessToken: "t" }, fetch: async () => endless() }).users.me());
  assert.ok(error instanceof BoxApiError && error.status === 418, String(error));
  assert.ok(left && pulled >= 2 ** 20 && pulled < 2 ** 20 + 4 * 65_536, `${pulled}`);
});
