// How calls are made, and what comes of them.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { BoxCall, BoxClient, BoxList } from "box-wasm";
import { BoxClient as SmallClient } from "box-wasm/calls";

import { asUser, client, control, count, emulator, fail, hosts } from "./support/emulator.mjs";
import { all, answering, failure, json } from "./support/promises.mjs";

beforeEach(() => control("/reset", {}));

test("a call begins at once, and is one call however it is looked at", async () => {
  const { fetch, requests } = answering(() => json({ type: "user", id: "5" }));
  const call = client({ auth: { accessToken: "t" }, fetch }).users.me();
  assert.ok(call instanceof BoxCall && call[Symbol.toStringTag] === "BoxCall");
  let settled = 0;
  const looks = [
    call,
    call.then((user) => user),
    call.then(),
    call.then(null, () => "caught"),
    call.catch(() => "caught"),
    call.finally(() => (settled += 1)),
    call.withResponse().then(({ data }) => data),
  ];
  const values = await Promise.all(looks);
  assert.deepEqual(values.map((value) => value.id), looks.map(() => "5"));
  assert.deepEqual([requests.length, settled], [1, 1]);
  assert.equal(await client({ auth: {}, fetch }).users.me().catch(() => "caught"), "caught");
});

test("the reply stands behind the value", async () => {
  const box = client();
  const { data, response } = await box.folders.create({ name: "a", parent: { id: "0" } }).withResponse();
  assert.deepEqual([data.name, response.status], ["a", 201]);
  assert.ok(response.headers instanceof Headers && response.headers.get("box-request-id"));
  const deleted = await box.folders.delete(data.id).withResponse();
  assert.deepEqual([deleted.data, deleted.response.status], [undefined, 204]);
});

test("a list sends nothing before it is looked at", async () => {
  const { fetch, requests } = answering((n) => json({ entries: [{ id: `${n}` }], next_marker: n < 3 ? `m${n}` : "" }));
  const box = client({ auth: { accessToken: "t" }, fetch });
  const list = box.folders.listItems("0", { limit: 1 });
  assert.ok(list instanceof BoxList);
  const pages = list.pages();
  await box.users.me();
  assert.equal(requests.length, 1);
  assert.equal((await list).entries.length, 1);
  assert.equal((await list.withResponse()).response.status, 200);
  assert.equal(requests.length, 2, "one page, asked for once");
  await pages.next();
  await pages.return();
  assert.equal(requests.length, 3);
});

test("a list that is left asks no further", async () => {
  await control("/seed", { files: 30 });
  const names = [];
  for await (const { name } of client().folders.listItems("0", { limit: 10 })) {
    names.push(name);
    if (names.length === 12) break;
  }
  assert.equal(await count("requests", "folders.list_items"), 2);
});

test("members that nobody knows are kept, and unknown kinds too", async () => {
  const entries = [{ type: "hologram", id: "1", sparkle: [null] }, { type: "file", id: "2", name: null }];
  const { fetch } = answering(() => json({ entries, extra: { a: 1 } }));
  const page = await client({ auth: { accessToken: "t" }, fetch }).folders.listItems("0");
  assert.deepEqual(page, { entries, extra: { a: 1 } });
  const empty = client({ auth: { accessToken: "t" }, fetch: answering(() => json({ entries: null })).fetch });
  assert.deepEqual(await all(empty.folders.listItems("0")), []);
});

test("a request that has no method is sent all the same", async () => {
  const box = client();
  const body = { name: "raw", parent: { id: "0" } };
  const { id } = await box.raw("POST", "/folders", { body, query: { fields: "name" } });
  const query = { fields: "name", limit: 5, usemarker: true, marker: undefined };
  const { entries } = await box.raw("GET", "/folders/0/items", { query });
  assert.deepEqual(entries.map((item) => item.id), [id]);
  const { data, response } = await box.raw("DELETE", `/folders/${id}`).withResponse();
  assert.deepEqual([data, response.status], [undefined, 204]);
  assert.equal((await failure(box.raw("GET", `/folders/${id}`))).status, 404);
});

test("options of a call reach its request", async () => {
  const { fetch, requests } = answering(() => json({}));
  const box = client({ auth: { accessToken: "t" }, fetch });
  await box.users.me({}, { asUser: "77", headers: { "X-Own": "1" } });
  await box.uploadSessions.get("s", {}, { endpoint: `${hosts.upload}/2.0/files/upload_sessions/s?a=b` });
  const headers = new Headers(requests[0].headers);
  assert.deepEqual([headers.get("as-user"), headers.get("x-own"), headers.get("authorization")], ["77", "1", "Bearer t"]);
  assert.equal(requests[1].url, `${hosts.upload}/2.0/files/upload_sessions/s?a=b`);
});

test("a fetch of one's own is used for everything", async (context) => {
  const asked = [];
  const spying = (url, init) => (asked.push(new URL(url).pathname), fetch(url, init));
  const global = context.mock.method(globalThis, "fetch");
  const box = client({ fetch: spying });
  const file = await box.upload("0", "a", new Uint8Array(10));
  await box.download(file.id).bytes();
  assert.ok(asked.length >= 4);
  assert.equal(global.mock.callCount(), asked.length, "a request went past it");
});

test("the platform's fetch is looked up when a call is made", async (context) => {
  const box = client({ auth: { accessToken: "t" } });
  const { fetch, requests } = answering(() => json({ id: "1" }));
  context.mock.method(globalThis, "fetch", fetch);
  await box.users.me();
  assert.equal(requests.length, 1);
});

test("the small client has everything but transfers", async () => {
  const box = new SmallClient({ auth: asUser(), hosts });
  assert.equal((await box.users.me()).id, emulator.user_id);
  await control("/seed", { files: 3 });
  assert.equal((await all(box.folders.listItems("0"))).length, 3);
  assert.ok(await box.findInFolder("0", "seeded-00001.txt"));
  const names = (object) => Object.keys(object).sort();
  assert.deepEqual(names(box), names(new BoxClient({ auth: asUser() })));
  for (const name of ["upload", "uploadVersion", "download"]) assert.equal(box[name], undefined);
});

test("retries are as many as was said", async () => {
  await fail("users.me", { kind: "status", status: 503, times: 3 });
  assert.equal((await client({ retry: { base: 1, maxAttempts: 4 } }).users.me()).id, emulator.user_id);
  assert.equal(await count("requests", "users.me"), 4);
});
