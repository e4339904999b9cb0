// The module's rest, which a page loads when it is needed.

import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";

import { content } from "./support/content.mjs";
import { application, asUser, client, control, emulator, fetchToken, signIn } from "./support/emulator.mjs";
import { all, answering, failure, json } from "./support/promises.mjs";

// As in a page. Its redirects are followed out of sight, as by the platform's `fetch` in Node.
globalThis.location = {};
const { compile } = WebAssembly;
const compiled = [];
let refuses = 0;
WebAssembly.compile = async (bytes) => {
  const module = await compile(bytes);
  const isRest = WebAssembly.Module.imports(module).some((from) => from.module === "p");
  if (isRest && refuses > 0) {
    refuses -= 1;
    throw new TypeError("no network");
  }
  // Node's own `fetch` has a module too.
  if (isRest || WebAssembly.Module.exports(module).some(({ name }) => name === "run")) compiled.push(isRest ? "rest" : "first");
  return module;
};
after(() => {
  delete globalThis.location;
  WebAssembly.compile = compile;
});

beforeEach(() => control("/reset", {}));

const page = (options = {}) => client({ auth: () => fetchToken(), ...options });

test("what pages do day by day needs no rest", async () => {
  await control("/seed", { files: 5 });
  const box = page();
  assert.equal((await all(box.folders.listItems("0", { limit: 2 }))).length, 5);
  const folder = await box.folders.create({ name: "ä \"quoted\" 😀", parent: { id: "0" } });
  assert.equal((await box.folders.get(folder.id)).name, "ä \"quoted\" 😀");
  await box.folders.delete(folder.id);
  assert.equal((await failure(box.folders.get(folder.id))).status, 404);
  await control("/expire_tokens", {});
  assert.equal((await box.users.me()).id, emulator.user_id);
  assert.deepEqual(compiled, ["first"]);
});

test("without it nothing goes on, and the next call begins anew", async () => {
  // Two parts, and each has a way by JavaScript, too.
  refuses = 4;
  const box = page();
  const errors = await Promise.all([box.raw("GET", "/users/me"), box.users.me(), box.raw("GET", "/users/me")].map(failure));
  for (const error of errors) assert.deepEqual([error.kind, error.cause?.kind], ["internal", "internal"], String(error));
  assert.equal((await box.users.me()).id, emulator.user_id);
  assert.equal((await box.raw("GET", "/users/me")).id, emulator.user_id);
});

test("what needs it waits for it, in order, and along with everything else", async () => {
  const { fetch, requests } = answering((n) => json({ n }));
  const box = page({ auth: { accessToken: "t" }, fetch });
  const calls = Array.from({ length: 20 }, (_, n) => (n % 3 ? box.users.me({ fields: [`f${n}`] }) : box.raw("GET", `/f${n}`)));
  const controller = new AbortController();
  const aborted = failure(box.raw("GET", "/aborted", {}, { signal: controller.signal }));
  controller.abort();
  assert.equal((await aborted).name, "AbortError");
  assert.equal((await Promise.all(calls)).length, 20);
  for (let n = 0; n < 20; n += 1) assert.equal(requests.filter(({ url }) => url.endsWith(`f${n}`)).length, 1, `f${n}`);
});

test("signing in and transfers need it", async () => {
  const person = page({ auth: application });
  await signIn(person);
  await control("/expire_tokens", {});
  assert.equal((await person.users.me()).id, emulator.user_id);
  assert.equal((await page({ auth: asUser() }).users.me()).id, emulator.user_id);
  const box = page();
  const file = await box.upload("0", "a", content(100_000));
  assert.deepEqual(await box.download(file.id).bytes(), content(100_000));
  assert.ok(compiled.filter((name) => name === "rest").length >= 1);
});
