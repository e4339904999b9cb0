// Rows of the table are loaded when a method of their family is first called; nobody sees it.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { test } from "node:test";

import { BoxCall, BoxClient, BoxList, BoxUsageError } from "box-wasm";

import { hosts } from "./support/golden.mjs";
import { all, answering, failure, json } from "./support/promises.mjs";

function client(answer = () => json({})) {
  const { fetch, requests } = answering(answer);
  return { box: new BoxClient({ auth: { accessToken: "t" }, hosts, fetch }), requests };
}

test("a program loads the rows that it uses, and no others", () => {
  const program = fileURLToPath(new URL("programs/rows.mjs", import.meta.url));
  const loaded = (...calls) => JSON.parse(execFileSync(process.execPath, [program, ...calls], { encoding: "utf8" }));
  assert.deepEqual(loaded(), []);
  assert.deepEqual(loaded("folders.get"), ["folders"]);
  assert.deepEqual(loaded("users.me", "avatars.get", "webLinks.get"), ["content", "users"]);
});

test("lists are told from other calls before anything is loaded", async () => {
  const { box, requests } = client(() => json({ entries: [{ id: "1" }], total_count: 1 }));
  const lists = [box.search.query({ query: "a" }), box.metadataTemplates.findByInstance({ metadata_instance_id: "1" })];
  const calls = [box.tasks.listForFile("1"), box.folderLocks.list({ folder_id: "1" }), box.hubs.get("1")];
  for (const list of lists) assert.ok(list instanceof BoxList);
  for (const call of calls) assert.ok(call instanceof BoxCall && !(call instanceof BoxList));
  await Promise.all(calls);
  assert.equal(requests.length, calls.length, "nobody has asked for the lists");
  assert.deepEqual(await all(lists[0]), [{ id: "1" }]);
});

test("what there isn't is undefined, as in any object", async () => {
  const { box } = client();
  assert.deepEqual([box.foldres, box.folders.craete, box.folders.then], [undefined, undefined, undefined]);
  assert.throws(() => box.folders.craete({}), TypeError);
  assert.ok(Object.keys(box.folders).includes("listItems"));
  assert.equal(box.folders, box.folders);
  // The client itself and its groups may be awaited.
  assert.equal(await box.folders, box.folders);
});

test("a method works without its group, and may be replaced", async () => {
  const { box, requests } = client();
  const { me } = box.users;
  await me();
  box.users.me = () => "mine";
  assert.equal(box.users.me(), "mine");
  assert.equal(requests.length, 1);
});

test("what a call was given may be changed at once", async () => {
  const { box, requests } = client();
  const parent = { id: "0" };
  const params = { name: "before", parent, tags: ["before"] };
  const created = box.files.update("1", params);
  const bytes = new TextEncoder().encode("before");
  const uploaded = box.files.upload({ attributes: params, file: bytes });
  Object.assign(params, { name: "after" });
  parent.id = "1";
  params.tags.push("after");
  bytes.fill(65);
  await Promise.all([created, uploaded]);
  const texts = await Promise.all(requests.map(({ body }) => new Response(body).text()));
  assert.equal(texts.length, 2);
  for (const text of texts) assert.doesNotMatch(text, /after|AAAA|"id":"1"/);
  assert.ok(texts.some((text) => text.includes("\r\nbefore\r\n")), texts.join("\n"));
});

test("values that can't be written are errors of their call", async () => {
  const { box, requests } = client();
  const ring = {};
  ring.parent = ring;
  for (const call of [box.folders.create({ name: "a", parent: ring }), box.search.query({ query: "a", colour: 1 })]) {
    const error = await failure(call);
    assert.ok(error instanceof BoxUsageError, error.message);
    assert.match(error.message, /^(folders\.create: |search\.query has no parameter `colour`)/);
  }
  assert.equal(requests.length, 0);
});
