// Tokens: refused, shared, kept apart, and a secret where it mustn't be.
import assert from "node:assert/strict";

import { control } from "../support/emulator.mjs";

export const stories = {
  async "a refusal that the browser hides is survived, and a POST has one effect"({ page, said }) {
    await page.evaluate(() => box.users.me().then(() => {}));
    await control("revoke_tokens");
    assert.equal(await page.evaluate(() => box.folders.get("0").then(({ id }) => id)), "0");
    assert.deepEqual(await page.evaluate(() => reasons), ["missing", "rejected"]);

    await control("revoke_tokens");
    const create = () => box.folders.create({ name: "once", parent: { id: "0" } }).then(({ name }) => name);
    assert.equal(await page.evaluate(create), "once");
    assert.deepEqual(await page.evaluate(() => reasons), ["missing", "rejected", "rejected"]);
    const { effects } = await control("counters");
    assert.equal(effects["folders.create"], 1);
    assert(said.some(({ text }) => text.includes("blocked by CORS policy")), "the refusals could be read");
  },

  async "200 calls on an expired token ask the provider once"({ page }) {
    await page.evaluate(() => box.users.me().then(() => {}));
    await control("expire_tokens");
    const ids = await page.evaluate(async () => {
      const calls = Array.from({ length: 200 }, () => box.folders.get("0"));
      return (await Promise.all(calls)).map(({ id }) => id);
    });
    assert.deepEqual(new Set(ids), new Set(["0"]));
    assert.equal(ids.length, 200);
    assert.deepEqual(await page.evaluate(() => reasons), ["missing", "rejected"]);
  },

  async "two users in one page never get each other's tokens"({ page }) {
    const users = ["1000102", "1000203"];
    const ask = async (users) => {
      window.clients ??= users.map((user) => client(user));
      const calls = Array.from({ length: 40 }, (_, n) => clients[n % 2].users.me());
      return (await Promise.all(calls)).map(({ id }) => id);
    };
    const expected = Array.from({ length: 40 }, (_, n) => users[n % 2]);
    assert.deepEqual(await page.evaluate(ask, users), expected);
    await control("revoke_tokens");
    assert.deepEqual(await page.evaluate(ask, users), expected);
    assert.deepEqual(await page.evaluate(() => reasons), ["missing", "missing", "rejected", "rejected"]);
  },

  async "a client secret in the page is warned of"({ page, said }) {
    await page.evaluate(() => {
      new boxWasm.BoxClient({ auth: { clientId: "id", clientSecret: "hidden", userId: "1" } });
    });
    const found = () => said.filter(({ type }) => type === "warning").map(({ text }) => text);
    // Its words come in a file of their own.
    while (found().length === 0) await page.waitForTimeout(10);
    const warnings = found();
    assert.equal(warnings.length, 1);
    assert.match(warnings[0], /client secret is in this page, where every visitor can read it/);
    assert(!warnings[0].includes("hidden"));
  },
};
