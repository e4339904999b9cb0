import assert from "node:assert/strict";

import { all, failure } from "../support/promises.mjs";

export async function folders_live_and_die({ folders }) {
  const folder = await folders.create({ name: "reports", parent: { id: "0" } });
  assert.equal(folder.name, "reports");
  const inner = await folders.create({ name: "inner", parent: { id: folder.id } });

  const read = await folders.get(folder.id, { fields: ["name", "item_collection"] });
  assert.equal(read.item_collection.total_count, 1);
  assert.equal(read.size, undefined, "a field that was not asked for");

  const renamed = await folders.update(inner.id, { name: "renamed", description: "d" });
  assert.deepEqual([renamed.name, renamed.description], ["renamed", "d"]);
  const moved = await folders.update(inner.id, { parent: { id: "0" } });
  assert.equal(moved.parent.id, "0");
  const copy = await folders.copy(inner.id, { parent: { id: folder.id }, name: "copied" });
  assert.notEqual(copy.id, inner.id);

  const { entries } = await folders.listItems(folder.id);
  assert.deepEqual(entries.map(({ type, name }) => [type, name]), [["folder", "copied"]]);

  const full = await failure(folders.delete(folder.id));
  assert.deepEqual([full.status, full.code], [400, "folder_not_empty"]);
  assert.equal(await folders.delete(folder.id, { recursive: true }), undefined);
  assert.equal((await failure(folders.get(folder.id))).status, 404);
}

export async function users_are_known({ users }) {
  const me = await users.me();
  assert.ok(me.login && me.space_amount > 0);
  assert.equal((await users.get(me.id)).id, me.id);
  const known = await all(users.list({ limit: 2 }));
  assert.ok(known.length >= 3 && known.some(({ id }) => id === me.id), JSON.stringify(known));
}
