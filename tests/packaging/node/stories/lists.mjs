import assert from "node:assert/strict";

import { control } from "../support/emulator.mjs";
import { all, failure } from "../support/promises.mjs";

const folder = (box, name, parent = "0") => box.folders.create({ name, parent: { id: parent } });
const names = (items) => [...new Set(items.map(({ name }) => name))].sort();

export async function pages_come_both_ways(box) {
  const { id } = await folder(box, "many");
  await control("/seed", { folder_id: id, files: 2_500 });
  const list = (more, options) => box.folders.listItems(id, { fields: ["name"], limit: 900, ...more }, options);
  const byMarker = await all(list());
  assert.deepEqual([byMarker.length, names(byMarker).length], [2_500, 2_500]);
  const byOffset = await all(list({ sort: "name", direction: "ASC" }));
  assert.equal(byOffset.length, 2_500);
  assert.deepEqual(names(byOffset), names(byMarker));
  const ahead = await all(list({}, { prefetch: true }));
  assert.equal(ahead.length, 2_500);
  assert.deepEqual(names(ahead), names(byMarker));
  const pages = await all(list().pages());
  assert.deepEqual(pages.map(({ entries }) => entries.length), [900, 900, 700]);
  const page = await list({ offset: 2_400 });
  assert.deepEqual([page.entries.length, page.total_count], [100, 2_500]);
}

export async function lists_end_however_box_ends_them(box) {
  const { id } = await folder(box, "ends");
  await control("/seed", { folder_id: id, files: 25, folders: 5 });
  for (const end of ["null", "absent", "empty"]) {
    await control("/options", { page_end: end, empty_page_every: 2 });
    assert.equal((await all(box.folders.listItems(id, { limit: 7 }))).length, 30, end);
  }
}

export async function names_are_found(box) {
  const { id } = await folder(box, "find");
  await control("/seed", { folder_id: id, files: 1_100 });
  const last = await folder(box, "zz last", id);
  assert.equal((await box.findInFolder(id, "zz last")).id, last.id);
  assert.equal(await box.findInFolder(id, "zz las"), undefined);
  assert.equal(await box.findInFolder(id, "ZZ last"), undefined);
  assert.equal((await failure(box.findInFolder("404404", "x"))).status, 404);
}

export async function search_finds(box) {
  const { id } = await folder(box, "haystack");
  await control("/seed", { folder_id: id, files: 250, folders: 3 });
  const search = (more) => box.search.query({ query: "seeded", ancestor_folder_ids: [id], ...more });
  assert.equal((await all(search({ type: "file", limit: 100 }))).length, 250);
  assert.equal((await search({ type: "folder" })).total_count, 3);
  assert.deepEqual((await box.search.query({ query: "no such thing" })).entries, []);
}
