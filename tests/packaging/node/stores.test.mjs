// A store of the application's: what is shared is renewed once, and nothing is used before it is stored.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { BoxAuthError } from "box-wasm";
import { tabStore } from "box-wasm/tabs";

import { application, client, control, count, emulator, fetchToken, signIn } from "./support/emulator.mjs";
import { failure, gate } from "./support/promises.mjs";
import { fileStore, memoryStore } from "./support/stores.mjs";

beforeEach(() => control("/reset", {}));

const person = (store, options = {}) => client({ auth: application, store, ...options });
const many = (box, calls = 50) => Promise.all(Array.from({ length: calls }, () => box.users.me()));

test("two clients share the tokens of one store: one refresh, and nobody fails", async () => {
  const store = memoryStore();
  const boxes = [person(store), person(store)];
  await signIn(boxes[0]);
  assert.equal((await boxes[1].users.me()).id, emulator.user_id);
  for (const round of [1, 2, 3]) {
    await control("/expire_tokens", {});
    await Promise.all(boxes.map((box) => many(box, 100)));
    assert.equal(await count("requests", "oauth.refresh"), round);
  }
  assert.equal((await control("/counters")).refresh_replays, 0);
});

test("a start finds what was stored", async () => {
  const store = memoryStore();
  await signIn(person(store));
  const { accessToken, refreshToken, generation, owner, expiresAt, intent } = store.tokens;
  assert.ok(accessToken && refreshToken && generation > 0 && expiresAt > Date.now() && !intent, JSON.stringify(store.tokens));
  assert.match(owner, /oauth/);
  assert.equal((await person(store).users.me()).id, emulator.user_id);
  assert.equal(await count("requests", "oauth.refresh"), 0);
});

test("a refresh says what it is about to do, and stores before it hands out", async () => {
  const store = memoryStore();
  const told = [];
  const box = person(store, { tokensChanged: ({ refreshToken }) => void told.push(refreshToken === store.tokens.refreshToken) });
  await signIn(box);
  await control("/expire_tokens", {});
  const seen = [];
  const { store: write } = store;
  store.store = async function (tokens, expected) {
    seen.push([!!tokens.intent, tokens.generation - expected.generation, expected.fence]);
    return write.call(this, tokens, expected);
  };
  const stored = gate();
  const before = store.store;
  store.store = async function (tokens, expected) {
    if (!tokens.intent) await stored.promise;
    return before.call(this, tokens, expected);
  };
  const call = box.users.me();
  while ((await count("requests", "oauth.refresh")) === 0) await new Promise(setImmediate);
  assert.equal((await control("/counters")).statuses["users.me"]?.[200], undefined);
  stored.resolve();
  await call;
  assert.deepEqual(seen, [[true, 0, 0], [false, 1, 0]]);
  assert.deepEqual(told, [true, true]);
});

test("two processes share a file: one refresh, and nobody fails", async () => {
  const folder = await mkdtemp(join(tmpdir(), "box-store-"));
  try {
    const path = join(folder, "tokens");
    await signIn(person(fileStore(path)));
    await control("/expire_tokens", {});
    const program = fileURLToPath(new URL("programs/store.mjs", import.meta.url));
    const run = async () => JSON.parse((await promisify(execFile)(process.execPath, [program, path, "100"])).stdout);
    assert.deepEqual(await Promise.all([run(), run()]), [{ failed: 0, first: "" }, { failed: 0, first: "" }]);
    assert.equal(await count("requests", "oauth.refresh"), 1);
    assert.equal(JSON.parse(await readFile(path, "utf8")).intent, undefined);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a provider is asked once for all who share a store", async () => {
  const store = memoryStore();
  let asked = 0;
  const auth = () => ((asked += 1), fetchToken());
  const boxes = [client({ auth, store }), client({ auth, store })];
  await Promise.all(boxes.map((box) => many(box)));
  assert.equal(asked, 1);
  await control("/expire_tokens", {});
  await Promise.all(boxes.map((box) => many(box)));
  assert.equal(asked, 2);
});

test("news from others are taken over", async () => {
  const store = memoryStore();
  let news;
  let stopped = 0;
  store.listen = (tell) => ((news = tell), () => void (stopped += 1));
  const auth = () => fetchToken();
  const box = client({ auth, store });
  await box.users.me();
  await control("/expire_tokens", {});
  const other = client({ auth, store: { ...store, load: async () => store.tokens, listen: undefined } });
  await other.users.me();
  news(store.tokens);
  store.calls.length = 0;
  await box.users.me();
  assert.deepEqual(store.calls, []);
  await box.close();
  assert.equal(stopped, 1);
});

test("a store that can't be written is a failure of its own, and nothing is spent", async () => {
  const store = memoryStore();
  const box = person(store);
  await signIn(box);
  await control("/expire_tokens", {});
  const mistake = new Error("the disk is full");
  const { store: write } = store;
  store.store = () => Promise.reject(mistake);
  const error = await failure(box.users.me());
  assert.ok(error instanceof BoxAuthError, String(error));
  assert.equal(error.kind, "persist_failed");
  assert.match(error.message, /the disk is full/);
  assert.equal(error.cause, mistake);
  assert.equal(await count("requests", "oauth.refresh"), 0);
  store.store = write;
  assert.equal((await box.users.me()).id, emulator.user_id);
});

test("a store that fails or holds something else says so", async () => {
  const cases = [
    [{ load: () => Promise.reject(new Error("no disk")) }, /no disk/],
    [{ load: async () => ({ accessToken: "a" }) }, /something else/],
    [{ load: async () => ({ accessToken: "a", generation: 1, owner: "another" }) }, /another client/],
    [{ lock: async () => null }, /another holds/],
    [{ lock: () => Promise.reject(new Error("no lock")) }, /no lock/],
  ];
  for (const [broken, said] of cases) {
    const error = await failure(person({ ...memoryStore(), calls: [], ...broken }).users.me());
    assert.deepEqual([error.kind, said.test(error.message)], ["session", true], `${error}`);
  }
});

test("an attempt that never ended is taken up with the same refresh token", async () => {
  for (const mode of ["grace-same", "strict"]) {
    await control("/reset", {});
    await control("/options", { refresh_mode: mode });
    const store = memoryStore();
    await signIn(person(store));
    await control("/expire_tokens", {});
    // A process that died when Box had answered.
    const { tokens } = store;
    const dying = person({ ...memoryStore(), calls: [], load: async () => structuredClone(tokens), store: async (next) => !next.intent ? new Promise(() => {}) : true });
    dying.users.me().catch(() => {});
    while ((await count("effects", "oauth.refresh")) === 0) await new Promise(setImmediate);
    store.tokens = { ...tokens, intent: { startedAt: Date.now() } };
    const told = [];
    const box = person(store, { signInNeeded: (reason) => void told.push(reason) });
    if (mode === "grace-same") {
      assert.equal((await box.users.me()).id, emulator.user_id);
      continue;
    }
    const error = await failure(box.users.me());
    assert.deepEqual([error.kind, error.needsSignIn, error.name, told], ["session_lost", true, "BoxAuthError", ["lost"]]);
  }
});

test("revoked: the store is empty, and others that share it are signed out", async () => {
  const store = memoryStore();
  const boxes = [person(store), person(store)];
  await signIn(boxes[0]);
  await boxes[1].users.me();
  const { accessToken } = store.tokens;
  await boxes[0].revoke();
  assert.equal(store.tokens, undefined);
  assert.equal((await failure(client({ auth: { accessToken } }).users.me())).status, undefined);
  for (const box of boxes) assert.equal((await failure(box.users.me())).needsSignIn, true);
  await signIn(boxes[0]);
  assert.equal((await boxes[1].users.me()).id, emulator.user_id);
});

test("a lock that comes too late is given back", async ({ mock }) => {
  const store = memoryStore();
  const late = gate();
  let released = 0;
  store.lock = () => late.promise;
  store.stealAfter = 50;
  const steals = [];
  const lock = store.lock;
  store.lock = ({ steal, limit }) => {
    steals.push([steal, limit]);
    return steals.length === 1 ? Promise.resolve(null) : steals.length === 2 ? Promise.resolve({ release() {}, takenOver: true, fence: 9 }) : lock();
  };
  const fences = [];
  const { store: write } = store;
  store.store = function (tokens, expected) {
    fences.push(expected.fence);
    return write.call(this, tokens, expected);
  };
  const box = client({ auth: () => fetchToken(), store });
  await box.users.me();
  assert.deepEqual([steals, fences], [[[false, 50], [true, 50]], [9]]);
  await control("/expire_tokens", {});
  // The third never comes while somebody waits for it. Long waits are over at once.
  const [now, timer] = [Date.now.bind(Date), setTimeout];
  let later = 0;
  mock.method(Date, "now", () => now() + later);
  mock.method(globalThis, "setTimeout", (end, time, ...more) => {
    return timer((...given) => ((later += time > 1_000 ? time : 0), end(...given)), Math.min(time, 1_000), ...more);
  });
  assert.equal((await failure(box.users.me())).kind, "session");
  assert.ok(later > 15_000, `it waited for ${later}`);
  late.resolve({ release: () => void (released += 1) });
  while (released === 0) await new Promise(setImmediate);
});

test("a lock that can't be given back is reported, and stops nothing", async ({ mock }) => {
  const reported = [];
  mock.method(console, "error", ({ message }) => void reported.push(message));
  for (const said of ["thrown", "rejected"]) {
    const release = () => {
      if (said === "rejected") return Promise.reject(new Error(said));
      throw new Error(said);
    };
    const store = { ...memoryStore(), calls: [], lock: async () => ({ release }) };
    const box = client({ auth: () => fetchToken(), store });
    assert.equal((await box.users.me()).id, emulator.user_id);
    // What nobody catches would end the test here.
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.deepEqual(reported, ["thrown", "rejected"]);
});

test("a lock that comes too late, and can't be given back, is reported", async ({ mock }) => {
  const reported = [];
  mock.method(console, "error", ({ message }) => void reported.push(message));
  const [late, timer] = [gate(), setTimeout];
  const [now, begun] = [Date.now.bind(Date), Date.now()];
  let later = 0;
  mock.method(Date, "now", () => now() + later);
  mock.method(globalThis, "setTimeout", (end, time, ...more) => timer((...given) => ((later += time > 1_000 ? time : 0), end(...given)), Math.min(time, 100), ...more));
  const box = client({ auth: () => fetchToken(), store: { ...memoryStore(), calls: [], lock: () => late.promise } });
  assert.equal((await failure(box.users.me())).kind, "session");
  assert.ok(Date.now() - begun > 15_000);
  late.resolve({ release: () => Promise.reject(new Error("rejected")) });
  while (!reported.length) await new Promise(setImmediate);
  assert.deepEqual(reported, ["rejected"]);
});

test("a store that keeps no refresh tokens is refused before anybody signs in", async () => {
  const store = { ...memoryStore(), calls: [], keepsRefreshTokens: false };
  assert.equal(tabStore("user-42").keepsRefreshTokens, false);
  for (const action of [(box) => box.users.me(), (box) => box.beginSignIn()]) {
    const error = await failure(action(person(store)));
    assert.equal(error.name, "BoxUsageError", String(error));
  }
  assert.deepEqual(store.calls, []);
  assert.equal((await client({ store }).users.me()).id, emulator.user_id);
});

test("without a place for them, refresh tokens stay in the module", async () => {
  const seen = [];
  const { parse } = JSON;
  JSON.parse = (text, ...rest) => (seen.push(text), parse(text, ...rest));
  let pair;
  try {
    const watching = async (url, init) => {
      const reply = await fetch(url, init);
      if (String(url).includes("/oauth2/token")) pair = parse(await reply.clone().text());
      return reply;
    };
    const box = client({ auth: application, fetch: watching });
    await signIn(box);
    await box.users.me();
    await box.accessToken();
  } finally {
    JSON.parse = parse;
  }
  assert.ok(pair.refresh_token);
  assert.deepEqual(seen.filter((text) => typeof text === "string" && text.includes(pair.refresh_token)), []);
});
