// Clients in one page, in workers, and where the platform lacks what tabs need.
import assert from "node:assert/strict";

import { control } from "../../support/emulator.mjs";
import { call, sum } from "../pages.mjs";

/** Two clients of a page, each with a store of its own, or with one for both. */
const pair = (one) => {
  const shared = one ? store("user-42") : undefined;
  window.pair ??= [client("user-42", {}, shared), client("user-42", {}, shared)];
  return Promise.all(window.pair.map((box) => calls(box, 10)));
};

export const stories = {
  async "two clients of a page share a session"({ visit, other, tokens }) {
    for (const one of [false, true]) {
      const visitor = one ? await other() : visit;
      const page = await visitor.open();
      tokens.reset();
      for (let round = 0; round < 3; round += 1) {
        if (round) await control("expire_tokens");
        assert.equal(sum(await page.evaluate(pair, one)).well, 20);
      }
      assert.deepEqual(tokens.asked, ["missing", "rejected", "rejected"], one ? "one store" : "two stores");
    }
  },

  async "a client that is closed leaves nothing behind"({ visit }) {
    const page = await visit.open();
    await call(page);
    const names = () => navigator.locks.query().then(({ held }) => held.map(({ name }) => name));
    assert.deepEqual(await page.evaluate(names), ["box-wasm:has:1:user-42"]);
    assert.equal(await page.evaluate(() => clients["user-42"].close()), true);
    assert.deepEqual(await page.evaluate(names), []);
  },

  async "workers share it as well"({ visit, tokens, say }) {
    const page = await visit.open();
    const kinds = ["dedicated", "shared", "service"];
    const ask = (kinds) =>
      Promise.all(
        kinds.map((kind) => {
          const asked = (window.asked ??= {});
          return (asked[kind] ??= workers[kind]())({ user: "user-42", number: 10 });
        }),
      );
    // One after the other at first: they take time to start.
    for (const kind of kinds) assert.deepEqual((await page.evaluate(ask, [kind]))[0].errors, [], kind);
    for (let round = 0; round < 3; round += 1) {
      if (round) await control("expire_tokens");
      const [inPage, inWorkers] = await Promise.all([call(page), page.evaluate(ask, kinds)]);
      assert.deepEqual(sum([inPage, ...inWorkers]).errors, []);
    }
    say(`a page, a dedicated, a shared and a service worker: provider requests ${tokens.asked.length} for 3 tokens`);
    assert.deepEqual(tokens.asked, ["missing", "rejected", "rejected"]);
  },
};

/** Tabs in which something is missing, and how many requests for tokens they may need together. */
async function lacking({ visit, tokens, say }, what, most) {
  const pages = await visit.several(4);
  for (let round = 0; round < 2; round += 1) {
    if (round) await control("expire_tokens");
    const before = tokens.asked.length;
    const ended = sum(await Promise.all(pages.map((page) => call(page))));
    const asked = tokens.asked.length - before;
    say(`4 pages without ${what}: ${ended.well} of 40 calls well, provider requests ${asked}`);
    assert.deepEqual(ended.errors, []);
    assert(asked >= 1 && asked <= most, `${asked} requests`);
  }
}

const hidden = {
  locks: () => Object.defineProperty(Navigator.prototype, "locks", { get: () => undefined }),
  channels: () => delete globalThis.BroadcastChannel,
  databases: () => Object.defineProperty(globalThis, "indexedDB", { get: () => undefined }),
};

export const poorer = {
  "without Web Locks": { script: hidden.locks, story: (story) => lacking(story, "Web Locks", 4) },
  "without BroadcastChannel": { script: hidden.channels, story: (story) => lacking(story, "BroadcastChannel", 4) },

  "without IndexedDB `keep` keeps nothing": {
    script: hidden.databases,
    async story({ visit, tokens }) {
      const pages = await visit.several(2);
      const ended = sum(await Promise.all(pages.map((page) => call(page, 10, { keep: true }))));
      assert.equal(ended.well, 20);
      assert.deepEqual(tokens.asked, ["missing"]);
    },
  },

  "without Web Locks a lock is that of the page, and can be taken": {
    script: hidden.locks,
    async story({ visit }) {
      const page = await visit.open();
      const said = await page.evaluate(async () => {
        const [one, two] = [store("user-42"), store("user-42")];
        const wait = { steal: false, limit: 200 };
        const first = await one.lock(wait);
        const missed = await two.lock({ steal: false, limit: 20 });
        const next = two.lock(wait);
        first.release();
        const second = await next;
        const third = await one.lock({ steal: true, limit: 200 });
        second.release();
        const late = await two.lock({ steal: false, limit: 20 });
        third.release();
        return [missed, !!second, third.takenOver, late, !!(await two.lock(wait))];
      });
      assert.deepEqual(said, [null, true, true, null, true]);
    },
  },
};
