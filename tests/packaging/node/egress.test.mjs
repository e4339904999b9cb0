// Tests reach nothing but what they name.

import assert from "node:assert/strict";
import { test } from "node:test";

import { BoxNetworkError } from "box-wasm";

import { taken } from "./support/egress.mjs";
import { client, control, count } from "./support/emulator.mjs";
import { failure } from "./support/promises.mjs";

test("a client goes to no other place than where Box is said to be", async () => {
  await control("/reset", {});
  const box = client();
  const folder = await box.folders.create({ name: "f", parent: { id: "0" } });
  const file = await box.upload(folder.id, "a", new Uint8Array(5));
  await box.download(file.id).bytes();
  assert.deepEqual(taken(), []);
});

test("what would go elsewhere is noticed", async () => {
  const elsewhere = { api: "https://api.test", upload: "https://upload.test/api", oauth2: "https://account.test/oauth2" };
  const box = client({ auth: { accessToken: "t" }, hosts: elsewhere, retry: { maxAttempts: 2, base: 1 } });
  assert.ok((await failure(box.users.me())) instanceof BoxNetworkError);
  assert.deepEqual(taken(), ["https://api.test", "https://api.test"]);
  assert.equal(await count("requests", "users.me"), 0);
});
