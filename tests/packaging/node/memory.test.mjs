// Clients that nobody holds any more.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { application, client, control, signedIn } from "./support/emulator.mjs";
import { all, answering, failure, gate, json } from "./support/promises.mjs";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");
const auth = { accessToken: "t" };

/** Collects garbage until something is so, which must not take long. */
async function collected(so = () => false) {
  for (let i = 0; i < 30; i += 1) {
    await new Promise(setImmediate);
    collect();
    await new Promise(setImmediate);
    if (so()) return true;
  }
  return so();
}

test("they are forgotten", async () => {
  const used = async (use) => {
    const fetch = async () => json({ id: "1", entries: [{ id: "2" }] });
    await use(client({ auth, fetch }));
    return new WeakRef(fetch);
  };
  const refs = [
    await used((box) => box.users.me()),
    await used((box) => all(box.folders.listItems("0"))),
    await used((box) => box.upload("0", "a", new Uint8Array(5))),
    await used((box) => box.download("1", { verify: false }).bytes()),
    await used((box) => failure(box.folders.create({}))),
  ];
  assert.ok(await collected(() => refs.every((ref) => !ref.deref())), JSON.stringify(refs.map((ref) => !!ref.deref())));
});

test("requests that are over are forgotten, also while their client is held", async () => {
  const signals = [];
  const statuses = [200, 204, 404];
  const fetch = async (_, { signal }) => {
    signals.push(new WeakRef(signal));
    const status = statuses.shift();
    return status === 204 ? new Response(null, { status }) : json({ id: "1" }, { status });
  };
  const box = client({ auth, fetch });
  await box.users.me();
  await box.folders.delete("1");
  await failure(box.folders.get("1"));
  assert.ok(await collected(() => signals.every((signal) => !signal.deref())), "a request is still held");
  assert.deepEqual([signals.length, typeof box.raw], [3, "function"]);
});

test("what they have begun goes on", async () => {
  const reply = gate();
  const { fetch } = answering(() => reply.promise);
  // A promise of the value: the call itself would hold its client.
  const user = client({ auth, fetch }).users.me().then((user) => user);
  const pages = answering((n) => json({ entries: [{ id: `${n}` }], next_marker: n < 3 ? `m${n}` : null }));
  const items = client({ auth, fetch: pages.fetch }).folders.listItems("0")[Symbol.asyncIterator]();
  await items.next();
  await collected();
  assert.equal((await items.next()).value.id, "2");
  reply.resolve(json({ id: "1" }));
  assert.equal((await user).id, "1");
});

test("a refresh that nobody waits for is told all the same", async () => {
  await control("/reset", {});
  let kept;
  await signedIn({ tokensChanged: (tokens) => void (kept = tokens) });
  const [asked, reply, told] = [gate(), gate(), gate()];
  const slow = async (url, init) => {
    asked.resolve();
    await reply.promise;
    return fetch(url, init);
  };
  const auth = { ...application, refreshToken: kept.refreshToken };
  const leave = async () => {
    const controller = new AbortController();
    const call = client({ auth, fetch: slow, tokensChanged: told.resolve }).users.me({}, { signal: controller.signal });
    await asked.promise;
    controller.abort();
    await failure(call);
  };
  await leave();
  await collected();
  reply.resolve();
  assert.notEqual((await told.promise).refreshToken, kept.refreshToken);
});
