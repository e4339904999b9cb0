// Calls that nobody wants any more.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { BoxAbortError } from "box-wasm";

import { client } from "./support/emulator.mjs";
import { answering, failure, gate, hanging, json } from "./support/promises.mjs";

const auth = { accessToken: "t" };

/** A signal and the moment at which a call under it has failed. */
function aborting() {
  const controller = new AbortController();
  const reason = new Error("not wanted");
  return {
    signal: controller.signal,
    abort: () => controller.abort(reason),
    async check(call) {
      const error = await failure(call);
      assert.ok(error instanceof BoxAbortError, String(error));
      assert.deepEqual([error.name, error.kind, error.cause], ["AbortError", "cancelled", reason]);
    },
  };
}

const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;

test("before the call: nothing is sent", async () => {
  const { fetch, requests } = answering(() => json({}));
  const box = client({ auth, fetch });
  const { signal, abort, check } = aborting();
  abort();
  await check(box.users.me({}, { signal }));
  await check(box.folders.listItems("0", {}, { signal }).pages().next());
  await check(box.upload("0", "a", new Uint8Array(1), { signal }));
  await check(box.download("1", { signal }).bytes());
  await check(box.findInFolder("0", "a", { signal }));
  assert.equal(requests.length, 0);
});

test("while a token is waited for: others go on waiting", async () => {
  const { fetch, requests } = answering(() => json({ id: "1" }));
  const [asked, token] = [gate(), gate()];
  const box = client({ auth: () => (asked.resolve(), token.promise), fetch });
  const { signal, abort, check } = aborting();
  const call = box.users.me({}, { signal });
  const other = box.users.me();
  await asked.promise;
  abort();
  await check(call);
  assert.equal(requests.length, 0);
  token.resolve("t");
  assert.equal((await other).id, "1");
  assert.equal(requests.length, 1);
});

test("in the back-off: no timer stays", async () => {
  const { fetch, requests } = answering(() => json({}, { status: 503 }));
  const box = client({ auth, fetch, retry: { base: 60_000, cap: 60_000 } });
  const { signal, abort, check } = aborting();
  const before = timers();
  const call = box.users.me({}, { signal });
  while (timers() === before) await new Promise(setImmediate);
  assert.equal(requests.length, 1);
  abort();
  assert.equal(timers(), before);
  await check(call);
});

test("in flight: the request is given up first, then the call rejects", async () => {
  const { fetch, requests, begun } = hanging();
  const box = client({ auth, fetch });
  const { signal, abort, check } = aborting();
  const call = box.users.me({}, { signal });
  const order = [];
  await begun;
  requests[0].init.signal.addEventListener("abort", () => order.push("request"));
  const checked = check(call).then(() => order.push("call"));
  abort();
  assert.deepEqual(order, ["request"]);
  await checked;
  assert.deepEqual(order, ["request", "call"]);
});

test("one of many: the others don't notice", async () => {
  const replies = [gate(), gate(), gate()];
  const started = gate();
  const { fetch, requests } = answering((n) => {
    if (n === 3) started.resolve();
    return replies[n - 1].promise;
  });
  const box = client({ auth, fetch });
  const { signal, abort, check } = aborting();
  const calls = [undefined, signal, undefined].map((signal) => box.users.me({}, { signal }));
  await started.promise;
  abort();
  await check(calls[1]);
  assert.deepEqual(requests.map((request) => request.signal.aborted), [false, true, false]);
  for (const [i, { resolve }] of replies.entries()) resolve(json({ id: String(i) }));
  assert.deepEqual([(await calls[0]).id, (await calls[2]).id], ["0", "2"]);
});

test("a list: no further page comes", async () => {
  const { fetch, requests } = answering((n) => json({ entries: [{ id: `${n}` }], next_marker: `m${n}` }));
  const box = client({ auth, fetch });
  const { signal, abort, check } = aborting();
  const items = box.folders.listItems("0", {}, { signal })[Symbol.asyncIterator]();
  await items.next();
  await items.next();
  abort();
  await check(items.next());
  assert.equal(requests.length, 2);
  assert.equal((await items.next()).done, true);
});

test("after the call: nothing happens", async () => {
  const { fetch } = answering(() => json({ id: "1" }));
  const { signal, abort } = aborting();
  const [added, removed] = [[], []];
  for (const [name, listeners] of [["addEventListener", added], ["removeEventListener", removed]]) {
    const own = signal[name];
    signal[name] = (...given) => (listeners.push(given[1]), own.apply(signal, given));
  }
  const user = await client({ auth, fetch }).users.me({}, { signal });
  await new Promise(setImmediate);
  assert.ok(added.length > 0);
  assert.deepEqual(removed, added, "a listener stays on the signal");
  abort();
  assert.equal(user.id, "1");
});

test("content that is handed over: its body ends too", async () => {
  const controller = new AbortController();
  let request;
  const fetch = async (_, { signal }) => {
    request = signal;
    return new Response("content");
  };
  const box = client({ auth: { accessToken: "t" }, fetch });
  const response = await box.files.download("1", {}, { signal: controller.signal });
  assert.equal(request.aborted, false);
  controller.abort();
  assert.deepEqual([response.status, request.aborted], [200, true]);
});

test("a process whose calls were aborted ends", () => {
  const program = fileURLToPath(new URL("programs/abort.mjs", import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [program], { timeout: 30_000, encoding: "utf8" });
  assert.deepEqual([status, stdout], [0, "aborted\n"], stderr);
});

test("in a wait for the limit of rate: others keep their places", async () => {
  const { fetch, requests } = answering(() => json({ entries: [] }));
  const box = client({ auth, fetch, hosts: undefined });
  // Six searches go in a second.
  const search = (options) => box.search.query({ query: "a" }, options);
  await Promise.all(Array.from({ length: 6 }, () => search()));
  const { signal, abort, check } = aborting();
  const [call, other] = [search({ signal }), search()];
  await new Promise(setImmediate);
  abort();
  await check(call);
  await other;
  assert.equal(requests.length, 7);
});

test("while a token is renewed that others need too: they get it", async () => {
  const [renewing, token] = [gate(), gate()];
  let asked = 0;
  const provider = ({ reason }) => {
    asked += 1;
    if (reason !== "rejected") return "old";
    renewing.resolve();
    return token.promise;
  };
  const { fetch } = answering((_, __, { headers }) => {
    const good = new Headers(headers).get("authorization") === "Bearer new";
    return good ? json({ id: "1" }) : json({}, { status: 401 });
  });
  const box = client({ auth: provider, fetch });
  const { signal, abort, check } = aborting();
  const [call, other] = [box.users.me({}, { signal }), box.users.me()];
  await renewing.promise;
  abort();
  await check(call);
  token.resolve("new");
  assert.equal((await other).id, "1");
  assert.equal(asked, 2);
});

test("an abort is not tried again", async () => {
  const { signal, abort, check } = aborting();
  const { fetch, requests } = answering(() => {
    abort();
    throw new TypeError("lost");
  });
  await check(client({ auth, fetch }).users.me({}, { signal }));
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(requests.length, 1);
});
