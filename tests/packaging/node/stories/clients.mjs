import assert from "node:assert/strict";

import { content } from "../support/content.mjs";
import { control, count } from "../support/emulator.mjs";
import { failure } from "../support/promises.mjs";

const parent = { id: "0" };

export async function derived_clients_never_change_their_parent(box) {
  const other = box.asUser("1000102");
  // The session is not one that may act for others.
  assert.equal((await failure(other.folders.get("0"))).status, 403);
  await box.folders.get("0");

  await control("/expire_tokens", {});
  const refreshes = await count("requests", "oauth.refresh");
  await box.readOnly().folders.get("0");
  await box.folders.create({ name: "by the parent", parent });
  assert.equal((await failure(other.folders.get("0"))).status, 403);
  assert.equal(await count("requests", "oauth.refresh"), refreshes + 1);
}

export async function read_only_clients_send_no_write(box) {
  const { id } = await box.folders.create({ name: "kept", parent });
  const reader = box.with({ readOnly: true });
  const writes = [
    reader.folders.create({ name: "never", parent }),
    reader.folders.update(id, { name: "never" }),
    reader.folders.delete(id),
    box.folders.delete(id, {}, { readOnly: true }),
  ];
  const errors = await Promise.all(writes.map(failure));
  assert.deepEqual(errors.map(({ kind }) => kind), errors.map(() => "read_only"));
  assert.equal((await reader.folders.get(id)).name, "kept");
  await box.folders.update(id, { name: "changed" });
  const { requests } = await control("/counters");
  const sent = ["create", "update", "delete"].map((action) => requests[`folders.${action}`] ?? 0);
  assert.deepEqual(sent, [1, 1, 0]);
}

export async function unchanged_items_are_told(box) {
  const { id, etag } = await box.folders.create({ name: "known", parent });
  const same = await failure(box.folders.get(id, {}, { ifNoneMatch: etag }));
  assert.deepEqual([same.kind, same.status], ["not_modified", 304]);
  await box.folders.update(id, { name: "changed" });
  assert.equal((await box.folders.get(id, {}, { ifNoneMatch: etag })).name, "changed");
}

export async function taken_names_are_hinted(box) {
  await box.folders.create({ name: "taken", parent });
  const taken = await failure(box.folders.create({ name: "taken", parent }));
  assert.equal(taken.hint?.name, "name_taken", String(taken));
  assert.ok(taken.hint.text);
  await box.upload("0", "f.txt", content(1));
  const uploaded = await failure(box.upload("0", "f.txt", content(2)));
  assert.equal(uploaded.hint?.name, "name_taken");
  assert.equal((await failure(box.folders.get("404404"))).hint?.name, undefined);
}
