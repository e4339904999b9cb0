import assert from "node:assert/strict";

import { content } from "../support/content.mjs";
import { control, count, fail } from "../support/emulator.mjs";
import { all, failure } from "../support/promises.mjs";

const root = { parent: { id: "0" } };
const same = (bytes, expected) => assert.equal(Buffer.compare(bytes, expected), 0, "other bytes");

export async function files_live_and_die(box) {
  const folder = await box.folders.create({ name: "files", ...root });
  const odd = 'quoted "näme" 日本.txt';
  const file = await box.upload(folder.id, odd, content(100_000));
  assert.deepEqual([file.name, file.size], [odd, 100_000]);
  const read = await box.files.get(file.id, { fields: ["name", "size", "sha1"] });
  assert.equal(read.sha1, file.sha1);
  same(await box.download(file.id).bytes(), content(100_000));

  const copy = await box.files.copy(file.id, { ...root, name: "copy.txt" });
  assert.equal(copy.sha1, file.sha1);
  const moved = await box.files.update(copy.id, { name: "moved.txt", parent: { id: folder.id } });
  assert.deepEqual([moved.name, moved.parent.id], ["moved.txt", folder.id]);

  const version = await box.uploadVersion(file.id, content(5, 1));
  assert.deepEqual([version.id, version.size], [file.id, 5]);
  assert.notEqual(version.file_version.id, file.file_version.id);
  same(await box.download(file.id).bytes(), content(5, 1));
  same(await box.download(file.id, { version: file.file_version.id }).bytes(), content(100_000));
  const first = await box.files.download(file.id, { version: file.file_version.id });
  same(new Uint8Array(await first.arrayBuffer()), content(100_000));

  const empty = await box.upload(folder.id, "empty", new Uint8Array());
  assert.equal(empty.size, 0);
  same(await box.download(empty.id).bytes(), content(0));

  await box.files.delete(file.id);
  assert.equal((await failure(box.files.get(file.id))).status, 404);
}

export async function large_files_go_in_parts(box) {
  const bytes = content(50_000_123, 3);
  const file = await box.upload("0", "large.bin", bytes);
  assert.equal(file.size, 50_000_123);
  assert.ok((await count("requests", "upload_sessions.upload_part")) >= 6);
  assert.equal(await count("effects", "upload_sessions.commit"), 1);
  same(await box.download(file.id).bytes(), bytes);

  // Box may still assemble the file when it is asked to commit.
  await fail("upload_sessions.commit", { kind: "status", status: 202, retry_after: "0", times: 2 });
  const version = await box.uploadVersion(file.id, content(50_000_001, 4));
  assert.deepEqual([version.id, version.size], [file.id, 50_000_001]);

  const taken = await failure(box.upload("0", "large.bin", bytes));
  assert.equal(taken.conflicts[0].id, file.id);
  await box.files.delete(file.id);
}

export async function downloads_hand_no_secret_on(box) {
  const file = await box.upload("0", "a.txt", content(1000, 5));
  await fail("files.download", { kind: "status", status: 202, retry_after: "0" });
  const part = await box.files.download(file.id, { range: "bytes=10-19" });
  same(new Uint8Array(await part.arrayBuffer()), content(1000, 5).subarray(10, 20));
  same(await box.download(file.id).bytes(), content(1000, 5));
  const { leaks, requests } = await control("/counters");
  assert.deepEqual(leaks, {});
  assert.equal(requests["download.content"], 2);
}

export async function trash_gives_back(box) {
  const file = await box.upload("0", "t.txt", content(10, 6));
  const folder = await box.folders.create({ name: "t", ...root });
  await box.files.delete(file.id);
  await box.folders.delete(folder.id);
  assert.equal((await all(box.trash.listItems({ limit: 1 }))).length, 2);

  await box.upload("0", "t.txt", content(11, 6));
  assert.equal((await failure(box.trash.restoreFile(file.id))).status, 409);
  const restored = await box.trash.restoreFile(file.id, { name: "t2.txt" });
  assert.equal(restored.name, "t2.txt");
  same(await box.download(file.id).bytes(), content(10, 6));

  await box.trash.purgeFolder(folder.id);
  assert.equal((await failure(box.trash.restoreFolder(folder.id))).status, 404);
}
