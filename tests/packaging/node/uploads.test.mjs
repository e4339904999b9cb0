// Uploads of everything that has bytes.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { BoxTransferError, BoxUsageError } from "box-wasm";

import { content, sha1, streamOf } from "./support/content.mjs";
import { client, control, count, fail } from "./support/emulator.mjs";
import { assertProgress, watching } from "./support/progress.mjs";
import { failure } from "./support/promises.mjs";

beforeEach(() => control("/reset", {}));

const bytes = content(3_000_001);
const large = content(60_000_000, 1);

test("all kinds of content are uploaded", async () => {
  const box = client();
  const larger = new Uint8Array(bytes.length + 20);
  larger.set(bytes, 10);
  const kinds = {
    blob: new Blob([bytes]),
    file: new File([bytes], "another name"),
    bytes,
    view: larger.subarray(10, 10 + bytes.length),
    words: new DataView(bytes.buffer),
    buffer: bytes.buffer,
    stream: streamOf(bytes),
  };
  for (const [name, kind] of Object.entries(kinds)) {
    const { seen, onProgress } = watching();
    const file = await box.upload("0", name, kind, { size: bytes.length, onProgress });
    assert.deepEqual([file.name, file.size, file.sha1], [name, bytes.length, sha1(bytes)]);
    assertProgress(seen, bytes.length);
  }
});

test("what has no bytes is refused before anything is sent", async () => {
  const box = client();
  for (const wrong of [undefined, null, "text", {}, 5, [1, 2]]) {
    for (const call of [box.upload("0", "a", wrong), box.uploadVersion("1", wrong)]) {
      assert.ok((await failure(call)) instanceof BoxUsageError, String(wrong));
    }
  }
  const body = "text";
  const part = box.uploadSessions.uploadPart("1", { body, digest: "sha=x", "content-range": "bytes 0-3/4" });
  assert.ok((await failure(part)) instanceof BoxUsageError);
  assert.deepEqual((await control("/counters")).requests, {});
});

test("a large blob goes in parts, and progress never falls", async () => {
  const { seen, onProgress } = watching();
  await fail("upload_sessions.upload_part", { kind: "status", status: 503, skip: 2, times: 2 });
  const file = await client().upload("0", "large", new Blob([large]), { onProgress });
  assert.equal(file.sha1, sha1(large));
  assertProgress(seen, large.length);
  const parts = Math.ceil(large.length / 8_388_608);
  assert.equal(seen.length, parts);
  assert.equal(await count("requests", "upload_sessions.upload_part"), parts + 2);
});

test("a large stream goes in parts of a session", async () => {
  const { seen, onProgress } = watching();
  const size = 30_000_000;
  const part = large.subarray(0, size);
  const file = await client().upload("0", "stream", streamOf(part), { size, onProgress });
  assert.deepEqual([file.size, file.sha1], [size, sha1(part)]);
  assert.equal(await count("effects", "upload_sessions.commit"), 1);
  assertProgress(seen, size);
});

test("a stream that was held survives a refused token and too many requests", async () => {
  const box = client();
  await box.users.me();
  await control("/expire_tokens", {});
  await fail("files.upload", { kind: "status", status: 429, retry_after: "0" });
  const file = await box.upload("0", "held", streamOf(bytes), { size: bytes.length });
  assert.equal(file.sha1, sha1(bytes));
});

test("a stream is as long as it was said to be", async () => {
  const box = client();
  assert.ok((await failure(box.upload("0", "a", streamOf(bytes)))) instanceof BoxUsageError);
  for (const size of [bytes.length + 1, bytes.length - 1, 30_000_000]) {
    const error = await failure(box.upload("0", "a", streamOf(bytes), { size }));
    assert.ok(error instanceof BoxTransferError, String(error));
    assert.equal(error.kind, "io");
  }
  assert.equal(await box.findInFolder("0", "a"), undefined);
  const broken = new ReadableStream({ pull: () => Promise.reject(new Error("the disk is gone")) });
  assert.match((await failure(box.upload("0", "a", broken, { size: 5 }))).message, /the disk is gone/);
});

test("times and guards go with it", async () => {
  const box = client();
  const contentCreatedAt = new Date("2024-02-29T12:00:00Z");
  const file = await box.upload("0", "a", bytes, { contentCreatedAt, contentModifiedAt: "2024-03-01T00:00:00Z" });
  const fields = ["content_created_at", "content_modified_at", "etag", "name"];
  const read = await box.files.get(file.id, { fields });
  assert.equal(Date.parse(read.content_created_at), contentCreatedAt.getTime());
  assert.equal(Date.parse(read.content_modified_at), Date.parse("2024-03-01T00:00:00Z"));
  const version = await box.uploadVersion(file.id, content(3), { ifMatch: read.etag, name: "b" });
  assert.deepEqual([version.name, version.size], ["b", 3]);
  const stale = await failure(box.uploadVersion(file.id, content(4), { ifMatch: read.etag }));
  assert.equal(stale.status, 412);
  assert.ok((await failure(box.upload("0", "c", bytes, { contentCreatedAt: "whenever" }))) instanceof BoxUsageError);
});
