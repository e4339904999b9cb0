// Options of calls, of clients, and of clients that are derived from others.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { BoxClient, BoxNotModifiedError, BoxReadOnlyError, BoxTimeoutError, BoxUsageError } from "box-wasm";
import { BoxClient as SmallClient } from "box-wasm/calls";

import { content } from "./support/content.mjs";
import { client, control, count, emulator, fail, fetchToken, hosts } from "./support/emulator.mjs";
import { all, answering, failure, hanging, json } from "./support/promises.mjs";

beforeEach(() => control("/reset", {}));

const auth = { accessToken: "t" };

/** A client, and the header fields of what it has sent last. */
function watched(options = {}, answer = () => json({ id: "1", entries: [] })) {
  const { fetch, requests } = answering(answer);
  const box = client({ auth, fetch, ...options });
  return { box, requests, last: (...names) => names.map((name) => new Headers(requests.at(-1).headers).get(name)) };
}

test("every option of a call reaches its request", async () => {
  const { box, last } = watched();
  await box.folders.get("1", {}, { asUser: "7", ifMatch: "3", ifNoneMatch: "4", suppressNotifications: true });
  assert.deepEqual(last("as-user", "if-match", "if-none-match", "box-notifications"), ["7", "3", "4", "off"]);
  await box.folders.get("1", {}, { sharedLink: "https://app.box.com/s/a b" });
  assert.deepEqual(last("boxapi"), ["shared_link=https%3A%2F%2Fapp.box.com%2Fs%2Fa%20b"]);
  await box.folders.get("1", {}, { sharedLink: { url: "https://x/s/1", password: "p&q" } });
  assert.deepEqual(last("boxapi"), ["shared_link=https%3A%2F%2Fx%2Fs%2F1&shared_link_password=p%26q"]);
  await box.folders.get("1");
  assert.deepEqual(last("as-user", "boxapi", "box-notifications"), [null, null, null]);
});

test("a client has them as defaults, and a call's own win", async () => {
  const { box, last } = watched({ asUser: "7", headers: { "X-One": "1", "X-Two": "2" }, sharedLink: "https://x/s/1" });
  await box.users.me({}, { asUser: "8", headers: { "x-two": "3" } });
  assert.deepEqual(last("as-user", "x-one", "x-two"), ["8", "1", "3"]);
  await all(box.folders.listItems("0"));
  assert.deepEqual(last("as-user", "x-one", "x-two"), ["7", "1", "2"]);
  await box.raw("GET", "/collections");
  assert.deepEqual(last("as-user", "boxapi"), ["7", "shared_link=https%3A%2F%2Fx%2Fs%2F1"]);
});

test("what a client sets never reaches the token endpoint", async () => {
  const { fetch, requests } = answering((_, url) => json(url.includes("/oauth2/") ? { access_token: "a", expires_in: 60 } : {}));
  const application = { clientId: "id", clientSecret: "s", enterpriseId: "1" };
  const box = client({ auth: application, fetch, asUser: "7", headers: { "x-own": "1" }, readOnly: true });
  await box.users.me();
  await box.oauth.revoke({ client_id: "id", client_secret: "s", token: "a" });
  const sent = requests.map(({ url, headers }) => [new URL(url).pathname.replace("/2.0", ""), new Headers(headers).get("x-own")]);
  assert.deepEqual(sent, [["/oauth2/token", null], ["/users/me", "1"], ["/oauth2/revoke", null]]);
});

test("a derived client adds to what it came from, and changes nothing there", async () => {
  const { box, last } = watched({ headers: { a: "1" } });
  const derived = box.asUser("7").with({ headers: { b: "2" }, sharedLink: "https://x/s/1" });
  const more = derived.withSharedLink("https://x/s/2", "p");
  assert.ok(derived instanceof BoxClient && more instanceof BoxClient);
  await more.users.me();
  assert.deepEqual(last("as-user", "a", "b"), ["7", "1", "2"]);
  assert.match(last("boxapi")[0], /s%2F2&shared_link_password=p$/);
  await derived.users.me();
  assert.deepEqual(last("as-user", "boxapi"), ["7", "shared_link=https%3A%2F%2Fx%2Fs%2F1"]);
  await box.users.me();
  assert.deepEqual(last("as-user", "a", "b", "boxapi"), [null, "1", null, null]);
});

test("a class of one's own stays what it is", async () => {
  class Own extends SmallClient {
    name() {
      return this.users.me().then(({ name }) => name);
    }
  }
  const { fetch, requests } = answering(() => json({ name: "n" }));
  const box = new Own({ auth, hosts, fetch });
  assert.equal(await box.asUser("7").name(), "n");
  assert.equal(new Headers(requests[0].headers).get("as-user"), "7");
});

test("derived clients share one session", async () => {
  const reasons = [];
  const box = client({ auth: ({ reason }) => (reasons.push(reason), fetchToken()) });
  await Promise.all([box.users.me(), box.readOnly().users.me(), box.with({ timeout: 10_000 }).users.me()]);
  assert.deepEqual(reasons, ["missing"]);
});

test("who only reads stays so, and sends no write", async () => {
  const { box, requests } = watched();
  const reader = box.readOnly();
  const still = reader.with({ readOnly: false });
  const writes = [
    reader.folders.create({ name: "a", parent: { id: "0" } }),
    still.folders.delete("1"),
    still.folders.delete("1", {}, { readOnly: false }),
    reader.upload("0", "a", content(5)),
    reader.uploadVersion("1", content(5)),
    reader.raw("POST", "/folders", { body: {} }),
    client({ auth, readOnly: true }).folders.delete("1"),
  ];
  for (const error of await Promise.all(writes.map(failure))) {
    assert.ok(error instanceof BoxReadOnlyError && error.isReadOnly, String(error));
  }
  assert.equal(requests.length, 0);
  await reader.folders.get("0");
  await box.folders.delete("1");
  assert.equal(requests.length, 2);
});

test("an unchanged item is told by its class", async () => {
  const box = client();
  const { id, etag } = await box.folders.create({ name: "a", parent: { id: "0" } });
  const error = await failure(box.folders.get(id, {}, { ifNoneMatch: etag }));
  assert.ok(error instanceof BoxNotModifiedError && error.isNotModified);
  const changed = await failure(box.folders.update(id, { name: "b" }, { ifMatch: "99" }));
  assert.ok(changed.isPreconditionFailed);
});

test("an etag guards an upload, and only that request", async () => {
  const box = client();
  const file = await box.upload("0", "a", content(10));
  const wrong = await failure(box.uploadVersion(file.id, content(11), { ifMatch: "99" }));
  assert.ok(wrong.isPreconditionFailed);
  assert.equal((await box.uploadVersion(file.id, content(11), { ifMatch: file.etag })).size, 11);
});

test("limits of time, from call and client", async () => {
  const { fetch } = hanging();
  const late = async (options, own) => {
    const box = client({ auth, fetch, retry: { base: 1, maxAttempts: 1 }, ...options });
    return failure(box.users.me({}, own));
  };
  const limits = [
    [{}, { timeouts: { firstByte: 30 } }],
    [{ timeouts: { firstByte: 30 } }, {}],
    [{ timeouts: { firstByte: 30 } }, { timeouts: { idle: 5_000 } }],
    [{ timeout: 30 }, {}],
    [{ timeouts: { total: 30 } }, {}],
    [{ timeout: 60_000 }, { timeout: 30 }],
  ];
  for (const [options, own] of limits) {
    const error = await late(options, own);
    assert.ok(error instanceof BoxTimeoutError && error.isTimeout, String(error));
  }
  assert.throws(() => client({ auth, timeouts: { idle: Number.NaN } }), BoxUsageError);
  assert.ok((await late({}, { timeout: Number.NaN })) instanceof BoxUsageError);
});

test("a limit that is none", async () => {
  const box = client({ timeouts: { total: 1 } });
  assert.ok((await failure(box.users.me())).isTimeout);
  assert.equal((await box.users.me({}, { timeouts: { total: Infinity } })).id, emulator.user_id);
});

test("tries are limited by call, by client, and by the policy", async () => {
  const { box, requests } = watched({ maxAttempts: 2 }, () => json({}, { status: 503 }));
  assert.equal((await failure(box.users.me())).attempts.length, 2);
  assert.equal((await failure(box.users.me({}, { maxAttempts: 1 }))).attempts.length, 1);
  assert.equal((await failure(box.with({ maxAttempts: 3 }).users.me())).attempts.length, 3);
  assert.equal(requests.length, 6);
});

test("Box may ask for a longer wait than is waited", async () => {
  const answer = () => json({}, { status: 429, headers: { "retry-after": "3" } });
  const { box, requests } = watched({ retry: { base: 1, maxWait: 2_999 } }, answer);
  const error = await failure(box.users.me());
  assert.deepEqual([error.isRateLimited, error.retryAfter, requests.length], [true, 3_000, 1]);
});

test("derived clients share a budget of retries", async () => {
  const retryBudget = { reserve: 2, successesPerRetry: 1 };
  let status = 503;
  const { box, requests } = watched({ retryBudget }, () => json({}, { status }));
  await failure(box.asUser("7").users.me());
  assert.equal(requests.length, 3, "two retries, and the budget is spent");
  await failure(box.users.me());
  assert.equal(requests.length, 4, "none is left for anybody");
  status = 200;
  await box.users.me();
  status = 503;
  await failure(box.readOnly().users.me());
  assert.equal(requests.length, 7, "a success gave one back");
});

test("at Box its limits of rate are kept, elsewhere none, and a share of them is smaller", async () => {
  // A search may be asked for six times in a second.
  const search = async (options, most) => {
    const { box, requests } = watched(options);
    const searches = Array.from({ length: 8 }, () => box.asUser("7").search.query({ query: "a" }, { timeout: 300 }));
    const ended = await Promise.allSettled(searches);
    assert.equal(requests.length, most, JSON.stringify(options));
    return ended.filter(({ status }) => status === "rejected").map(({ reason }) => reason);
  };
  const box = { hosts: undefined };
  for (const error of await search(box, 6)) {
    assert.ok(error.isTimeout && error.retryAfter > 0, String(error));
    assert.equal(error.attempts.length, 0);
  }
  await search({ hosts: undefined, rateLimits: false }, 8);
  await search({ hosts: undefined, rateLimits: { share: 3 } }, 2);
  await search({}, 8);
  await search({ rateLimits: true }, 6);
});

test("a server of downloads is named", async () => {
  const elsewhere = "https://content.example.test";
  const answer = (_, url) => (url.startsWith(elsewhere) ? new Response("abc") : new Response(null, { status: 302, headers: { location: `${elsewhere}/c` } }));
  const refused = watched({}, answer);
  assert.equal((await failure(refused.box.files.download("1"))).kind, "redirect");
  const named = watched({ hosts: { ...hosts, download: elsewhere } }, answer);
  assert.equal(await (await named.box.files.download("1")).text(), "abc");
  assert.equal(new Headers(named.requests.at(-1).headers).get("authorization"), null);
});

test("a call that ends by a look at the item has its value, as any other", async () => {
  // The effect took place, and the reply was lost: the item is looked at.
  const box = client();
  const parent = { id: "0" };
  const folder = await box.folders.create({ name: "a", parent });
  const file = await box.upload("0", "f", content(5));
  await fail("folders.update", { kind: "drop", effect: "after" });
  const updated = await box.folders.update(folder.id, { name: "b" });
  assert.deepEqual([updated.type, updated.id, updated.name], ["folder", folder.id, "b"]);
  await fail("folders.create", { kind: "drop", effect: "after" });
  const created = await box.folders.create({ name: "c", parent });
  assert.deepEqual([created.type, created.name], ["folder", "c"]);
  assert.equal(await count("effects", "folders.create"), 2);
  await fail("files.copy", { kind: "drop", effect: "after" });
  assert.equal((await box.files.copy(file.id, { parent, name: "copy" })).name, "copy");
  await fail("files.upload", { kind: "drop", effect: "after" });
  const [uploaded] = (await box.files.upload({ attributes: { name: "g", parent }, file: content(7) })).entries;
  assert.deepEqual([uploaded.type, uploaded.name, uploaded.size], ["file", "g", 7]);
  await fail("files.upload", { kind: "drop", effect: "after" });
  assert.equal((await box.upload("0", "h", content(9))).size, 9);
});
