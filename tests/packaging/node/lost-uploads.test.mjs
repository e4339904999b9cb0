// Uploads that go wrong or that nobody wants any more.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { BoxAbortError, BoxTransferError } from "box-wasm";

import { content } from "./support/content.mjs";
import { client, control, count } from "./support/emulator.mjs";
import { watching } from "./support/progress.mjs";
import { failure, gate } from "./support/promises.mjs";

beforeEach(() => control("/reset", {}));

const bytes = content(3_000_001);
const large = content(60_000_000, 1);

test("what Box stored is compared with what was sent", async () => {
  const tampering = async (url, init) => {
    const reply = await fetch(url, init);
    if (!url.includes("/files/content")) return reply;
    const stored = await reply.json();
    stored.entries[0].sha1 = "0".repeat(40);
    return new Response(JSON.stringify(stored), { status: reply.status });
  };
  const error = await failure(client({ fetch: tampering }).upload("0", "a", bytes));
  assert.ok(error instanceof BoxTransferError);
  assert.equal(error.kind, "integrity");
});

test("an abort in the middle gives the session up", async () => {
  const given = gate();
  const controller = new AbortController();
  const spying = async (url, init) => {
    const reply = await fetch(url, init);
    if (init.method === "DELETE") given.resolve(reply.status);
    return reply;
  };
  const mind = new Error("changed my mind");
  const { seen, onProgress } = watching();
  const stop = (progress) => {
    onProgress(progress);
    if (seen.length === 2) controller.abort(mind);
  };
  const box = client({ fetch: spying });
  const error = await failure(box.upload("0", "a", large, { signal: controller.signal, onProgress: stop }));
  assert.ok(error instanceof BoxAbortError);
  assert.deepEqual([error.name, error.kind, error.cause], ["AbortError", "cancelled", mind]);
  assert.equal(await given.promise, 204);
  assert.equal(await count("effects", "upload_sessions.abort"), 1);
  assert.equal(await count("effects", "upload_sessions.commit"), 0);
  assert.equal(seen.length, 2);
});

test("an abort lets go of the stream", async () => {
  const cancelled = gate();
  const controller = new AbortController();
  const pull = () => {
    controller.abort();
    return new Promise(() => {});
  };
  const stream = new ReadableStream({ pull, cancel: cancelled.resolve }, { highWaterMark: 0 });
  const upload = client().upload("0", "a", stream, { size: 5, signal: controller.signal });
  assert.ok((await failure(upload)) instanceof BoxAbortError);
  await cancelled.promise;
});

test("a listener that throws is reported, and the upload goes on", async (context) => {
  const reported = context.mock.method(console, "error", () => {});
  const mistake = new Error("a mistake in the page");
  const onProgress = () => { throw mistake; };
  const box = client();
  const file = await box.upload("0", "a", bytes, { onProgress });
  assert.equal(file.size, bytes.length);
  assert.equal(await count("requests", "files.upload"), 1);
  assert.equal((await box.download(file.id, { onProgress }).blob()).size, bytes.length);
  assert.ok(reported.mock.calls.length >= 2);
  assert.equal(reported.mock.calls[0].arguments[0], mistake);
});
