// Tokens that end: one request for all tabs.
import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";

import { control } from "../../support/emulator.mjs";
import { call, sum } from "../pages.mjs";

const TABS = 4;
const CALLS = 10;

/** All pages call at the same time. */
async function all(pages, ways) {
  const ended = sum(await Promise.all(pages.map((page) => call(page, CALLS, ways))));
  assert.deepEqual(ended.errors, []);
  assert.equal(ended.well, TABS * CALLS);
  return ended;
}

export const stories = {
  async "four tabs ask for one token per expiry"({ visit, tokens, say }) {
    const pages = await visit.several(TABS);
    const asked = [];
    const took = [];
    for (let round = 0; round < 4; round += 1) {
      if (round) await control("expire_tokens");
      const before = tokens.asked.length;
      took.push((await all(pages)).took);
      asked.push(tokens.asked.length - before);
    }
    const times = took.map(Math.round);
    say(`${TABS} pages, ${CALLS} calls each: provider requests at the start, for 3 refused tokens ${asked}; ms ${times}`);
    assert.deepEqual(tokens.asked, ["missing", "rejected", "rejected", "rejected"]);
    assert.deepEqual(asked, [1, 1, 1, 1]);
  },

  async "a token that ends by its time is asked for once, too"({ visit, tokens, say }) {
    tokens.lifetime = 2;
    const pages = await visit.several(TABS);
    const asked = [];
    for (let round = 0; round < 4; round += 1) {
      if (round) await setTimeout(2_050);
      const before = tokens.asked.length;
      await all(pages);
      asked.push(tokens.asked.length - before);
    }
    say(`${TABS} pages, ${CALLS} calls each: provider requests at the start, for 3 tokens that ended ${asked}`);
    assert.deepEqual(asked, [1, 1, 1, 1]);
  },

  async "a tab that opens later has the token from the others"({ visit, tokens }) {
    const [first] = await visit.several(1);
    await call(first);
    const later = await visit.several(3);
    assert.equal(sum(await Promise.all(later.map((page) => call(page)))).well, 30);
    assert.deepEqual(tokens.asked, ["missing"]);
    // The first one isn't needed for it.
    await first.close();
    assert.equal((await call(await visit.open())).well, 10);
    assert.deepEqual(tokens.asked, ["missing"]);
  },

  async "users of one origin have tokens of their own"({ visit, tokens }) {
    const page = await visit.open();
    const users = ["user-1", "user-2"];
    await Promise.all(users.map((user) => call(page, 10, {}, user)));
    assert.deepEqual(tokens.asked, ["missing", "missing"]);
  },
};
