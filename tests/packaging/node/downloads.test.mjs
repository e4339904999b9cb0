// Downloads, and whether their bytes are those of Box.

import assert from "node:assert/strict";
import { before, test } from "node:test";

import { BoxAbortError, BoxNetworkError, BoxNotFoundError, BoxTransferError } from "box-wasm";

import { content, sha1 } from "./support/content.mjs";
import { client, control, emulator, fail } from "./support/emulator.mjs";
import { all, failure } from "./support/promises.mjs";

const bytes = content(2_500_000, 2);
const box = client();
let file;

before(async () => {
  await control("/reset", {});
  file = await box.upload("0", "file.txt", bytes);
});

/** A client whose downloads are changed on the way. */
function tampering(change) {
  return client({
    async fetch(url, init) {
      const reply = await fetch(url, init);
      return url.startsWith(emulator.download) ? change(reply) : reply;
    },
  });
}

test("it is had as a stream, a blob or bytes", async () => {
  const seen = [];
  const download = box.download(file.id, { onProgress: (progress) => seen.push(progress) });
  const chunks = await all(await download.stream());
  assert.equal(sha1(Buffer.concat(chunks)), file.sha1);
  const positions = seen.map(({ transferred }) => transferred);
  assert.deepEqual(positions, [...positions].sort((a, b) => a - b));
  assert.deepEqual(seen.at(-1), { transferred: bytes.length, total: bytes.length });
  assert.equal(sha1(new Uint8Array(await (await box.download(file.id).blob()).arrayBuffer())), file.sha1);
  const held = await box.download(file.id).bytes();
  assert.ok(held instanceof Uint8Array && sha1(held) === file.sha1);
});

test("nothing is sent before it is wanted", async () => {
  await control("/reset_counters", {});
  box.download(file.id);
  await box.users.me();
  assert.deepEqual(Object.keys((await control("/counters")).requests), ["users.me"]);
});

test("other bytes than Box's end with an error", async () => {
  const flip = async (reply) => {
    const changed = new Uint8Array(await reply.arrayBuffer());
    changed[1_000] ^= 1;
    return new Response(changed, reply);
  };
  const shorten = async (reply) => new Response((await reply.arrayBuffer()).slice(1), reply);
  for (const change of [flip, shorten]) {
    const download = (options) => tampering(change).download(file.id, options);
    for (const how of ["blob", "bytes"]) {
      const error = await failure(download()[how]());
      assert.ok(error instanceof BoxTransferError && error.kind === "integrity", String(error));
    }
    const error = await failure(download().stream().then(all));
    assert.equal(error.kind, "integrity");
  }
  const unverified = await tampering(flip).download(file.id, { verify: false }).bytes();
  assert.equal(unverified.length, bytes.length);
});

test("a connection that is lost in the middle is an error", async () => {
  for (const fault of [{ kind: "truncate", bytes: 100_000 }, { kind: "drop", at: "body" }]) {
    await fail("download.content", { ...fault, times: 1 });
    const error = await failure(box.download(file.id).bytes());
    assert.ok(error instanceof BoxNetworkError || error instanceof BoxTransferError, String(error));
  }
});

test("a file that isn't there is not found", async () => {
  for (const how of ["stream", "blob", "bytes"]) {
    assert.ok((await failure(box.download("404404")[how]())) instanceof BoxNotFoundError);
  }
});

test("an abort ends the stream with its reason", async () => {
  const controller = new AbortController();
  const signals = [];
  const spying = client({ fetch: (url, init) => (signals.push(init.signal), fetch(url, init)) });
  const stream = await spying.download(file.id, { signal: controller.signal }).stream();
  const reader = stream.getReader();
  assert.ok((await reader.read()).value.length > 0);
  controller.abort("enough");
  const error = await failure(reader.read());
  assert.ok(error instanceof BoxAbortError && error.cause === "enough", String(error));
  assert.ok(signals.at(-1).aborted, "the request goes on");
});

test("a stream that is left lets go of its request", async () => {
  const signals = [];
  const spying = client({ fetch: (url, init) => (signals.push(init.signal), fetch(url, init)) });
  for await (const chunk of await spying.download(file.id).stream()) {
    assert.ok(chunk.length > 0);
    break;
  }
  assert.ok(signals.at(-1).aborted, "the request goes on");
});

test("an abort before the content comes rejects", async () => {
  await fail("files.download", { kind: "delay", delay_ms: 60_000, times: 3 });
  for (const how of ["stream", "blob", "bytes"]) {
    const controller = new AbortController();
    const content = box.download(file.id, { signal: controller.signal })[how]();
    setImmediate(() => controller.abort("enough"));
    const error = await failure(content);
    assert.ok(error instanceof BoxAbortError && error.cause === "enough", String(error));
  }
  await control("/clear_faults", {});
});
