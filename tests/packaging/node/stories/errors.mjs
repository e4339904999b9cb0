import assert from "node:assert/strict";

import { BoxConflictError } from "box-wasm";

import { content } from "../support/content.mjs";
import { control, fail } from "../support/emulator.mjs";
import { failure } from "../support/promises.mjs";

const parent = { id: "0" };

export async function conflicts_are_lists(box) {
  const folder = await box.folders.create({ name: "taken", parent });
  const error = await failure(box.folders.create({ name: "TAKEN", parent }));
  assert.ok(error instanceof BoxConflictError);
  assert.deepEqual([error.code, error.operation], ["item_name_in_use", "folders.create"]);
  assert.equal(error.conflicts[0].id, folder.id);
  assert.ok(error.requestId);

  const file = await box.upload("0", "f.txt", content(1));
  assert.equal((await failure(box.upload("0", "f.txt", content(2)))).conflicts[0].id, file.id);
  const size = 1;
  assert.ok((await failure(box.files.preflight({ name: "f.txt", parent, size }))) instanceof BoxConflictError);
  assert.ok((await box.files.preflight({ name: "g.txt", parent, size })).upload_url);
}

export async function errors_keep_their_status(box) {
  for (const [status, body] of [[404, "html"], [400, "empty"], [418, "json"], [501, "html"]]) {
    for (const operation of ["folders.get", "files.download", "folders.delete"]) {
      await fail(operation, { kind: "status", status, body, times: 5 });
    }
    const calls = [box.folders.get("0"), box.files.download("1"), box.folders.delete("1")];
    const errors = await Promise.all(calls.map(failure));
    assert.deepEqual(errors.map((error) => error.status), [status, status, status], String(errors));
    await control("/clear_faults", {});
  }
  await fail("users.me", { kind: "delay", delay_ms: 60_000 });
  assert.equal((await failure(box.users.me({}, { timeout: 50 }))).kind, "timeout");
  const gone = await failure(box.folders.get("404404"));
  assert.deepEqual([gone.kind, gone.code], ["api", "not_found"]);
}

export async function writes_can_be_guarded(box) {
  const { id, etag } = await box.folders.create({ name: "guarded", parent });
  assert.equal((await failure(box.folders.get(id, { "if-none-match": etag }))).kind, "not_modified");
  await box.folders.update(id, { name: "changed", "if-match": etag });
  const stale = await failure(box.folders.delete(id, { "if-match": etag }));
  assert.deepEqual([stale.status, stale.name], [412, "BoxPreconditionError"]);
}
