// The engine traps: everything that waits fails, and what comes next works.

import { arm, made } from "./support/trap.mjs";

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { BoxError } from "box-wasm";

import { content } from "./support/content.mjs";
import { application, client, control, count, emulator, signIn } from "./support/emulator.mjs";
import { answering, failure, gate, hanging, json } from "./support/promises.mjs";

const auth = { accessToken: "t" };

beforeEach(() => control("/reset", {}));

function assertInternal(error) {
  assert.ok(error instanceof BoxError && error.constructor === BoxError, String(error));
  assert.equal(error.kind, "internal");
  assert.ok(error.cause instanceof WebAssembly.RuntimeError, String(error.cause));
}

test("everything that waits fails, and the next call has a fresh instance", async () => {
  const flying = hanging();
  const backing = answering(() => json({}, { status: 503 }));
  const asked = gate();
  const provider = () => (asked.resolve(), new Promise(() => {}));
  const seen = gate();
  const opened = answering(() => (seen.resolve(), new Promise(() => {})));
  const box = client();
  await box.users.me();
  const instances = made.length;
  const pending = [
    client({ auth, fetch: flying.fetch }).users.me(),
    client({ auth, fetch: backing.fetch, retry: { base: 60_000, cap: 60_000 } }).users.me(),
    client({ auth: provider }).users.me(),
    client({ auth, fetch: opened.fetch }).download("1").bytes(),
    client({ auth: application }).beginSignIn().then(() => client({ auth, fetch: flying.fetch }).folders.listItems("0")),
  ];
  await Promise.all([flying.begun, asked.promise, seen.promise]);
  while (backing.requests.length === 0 || flying.requests.length < 2) await new Promise(setImmediate);
  await new Promise(setImmediate);
  arm();
  assertInternal(await failure(box.users.me()));
  for (const call of pending) assertInternal(await failure(call));
  assert.ok(flying.requests.every(({ init }) => init.signal.aborted), "a request goes on");
  assert.equal((await box.users.me()).id, emulator.user_id);
  assert.equal(made.length, instances + 1);
});

test("no timer of a dead instance stays", async () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const { fetch } = answering(() => json({}, { status: 503 }));
  const before = timers();
  const call = client({ auth, fetch, retry: { base: 60_000, cap: 60_000 } }).users.me();
  while (timers() === before) await new Promise(setImmediate);
  arm();
  assertInternal(await failure(client({ auth }).users.me()));
  assertInternal(await failure(call));
  assert.equal(timers(), before);
});

test("a trap that a reply sets off is the end of its call", async () => {
  const reply = gate();
  const started = gate();
  const { fetch } = answering(() => (started.resolve(), reply.promise));
  const call = client({ auth, fetch }).users.me();
  await started.promise;
  arm();
  reply.resolve(json({ id: "1" }));
  assertInternal(await failure(call));
});

test("a trap that a timer sets off is the end of its call", async () => {
  const { fetch } = answering((n) => (n === 1 ? (setImmediate(arm), json({}, { status: 503 })) : json({})));
  assertInternal(await failure(client({ auth, fetch, retry: { base: 200 } }).users.me()));
});

test("a trap that an abort sets off is an abort all the same", async () => {
  const { fetch, begun } = hanging();
  const controller = new AbortController();
  const call = client({ auth, fetch }).users.me({}, { signal: controller.signal });
  const other = client({ auth, fetch }).users.me();
  await begun;
  arm();
  controller.abort();
  assert.equal((await failure(call)).name, "AbortError");
  assertInternal(await failure(other));
});

test("an upload that is being hashed fails, and so does a list between its pages", async () => {
  await control("/seed", { files: 5 });
  const items = client().folders.listItems("0", { limit: 2 }).pages();
  await items.next();
  const hashed = gate();
  const { digest } = crypto.subtle;
  crypto.subtle.digest = async (...given) => {
    arm();
    hashed.resolve();
    return digest.apply(crypto.subtle, given);
  };
  try {
    const upload = client().upload("0", "a", content(100_000));
    await hashed.promise;
    assertInternal(await failure(upload));
  } finally {
    delete crypto.subtle.digest;
  }
  assertInternal(await failure(items.next()));
  assert.equal((await client().upload("0", "a", content(100_000))).size, 100_000);
});

test("a download that is being read ends with the error", async () => {
  const box = client();
  const { id } = await box.upload("0", "a", content(500_000));
  const reader = (await box.download(id).stream()).getReader();
  await reader.read();
  arm();
  await failure(box.users.me());
  const rest = async () => {
    while (!(await reader.read()).done);
  };
  assertInternal(await failure(rest()));
});

test("a session goes on with its latest tokens", async () => {
  const told = [];
  const box = client({ auth: application, tokensChanged: (tokens) => told.push(tokens) });
  await signIn(box);
  await control("/expire_tokens", {});
  await box.users.me();
  assert.equal(told.length, 2);
  arm();
  assertInternal(await failure(box.users.me()));
  assert.equal((await box.users.me()).id, emulator.user_id);
  assert.equal(await count("requests", "oauth.refresh"), 1, "the access token was good");
  await control("/expire_tokens", {});
  assert.equal((await box.users.me()).id, emulator.user_id);
  assert.equal(told.length, 3);
});
