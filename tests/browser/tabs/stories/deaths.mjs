// Tabs that die or hang while all others wait for them.
import assert from "node:assert/strict";

import { control } from "../../support/emulator.mjs";
import { call, sum } from "../pages.mjs";

/** One page has asked for a token and gets no answer; three more wait for it. Then it dies. */
async function dies(story, how, kill) {
  const { visit, tokens, say } = story;
  const pages = await visit.several(4);
  await Promise.all(pages.map((page) => call(page, 1)));
  await control("expire_tokens");
  tokens.mute = 1;
  const [victim, ...others] = pages;
  void call(victim).catch(() => {});
  await tokens.arrived(2);
  const waiting = Promise.all(others.map((page) => call(page)));
  await others[0].waitForTimeout(300);
  assert.equal(tokens.asked.length, 2, "nobody else asks while it is at work");
  const killed = performance.now();
  await kill(victim);
  const ended = sum(await waiting);
  const took = Math.round(performance.now() - killed);
  const asked = tokens.asked.length - 2;
  const well = `${ended.well} of 30 calls of 3 others well`;
  say(`a page ${how} in mid-refresh: ${well} after ${took} ms, provider requests ${asked}`);
  assert.deepEqual(ended.errors, []);
  assert.equal(tokens.asked.length, 3);
}

/** A page takes the lock by hand and keeps it. */
const hold = (page) =>
  page.evaluate(
    () =>
      new Promise((held) => {
        navigator.locks.request("box-wasm:lock:user-42", () => new Promise(() => held())).catch(() => {});
      }),
  );

/** Three pages wait for a lock whose holder never returns. */
async function stolen({ visit, tokens, say }) {
  const pages = await visit.several(4);
  await hold(pages[0]);
  const ended = sum(await Promise.all(pages.slice(1).map((page) => call(page))));
  const took = Math.round(ended.took);
  const asked = tokens.asked.length;
  say(`a lock held for ever: ${ended.well} of 30 calls of 3 others well after ${took} ms, provider requests ${asked}`);
  assert.deepEqual(ended.errors, []);
  assert.deepEqual(tokens.asked, ["missing"]);
  assert(took >= 10_000 && took < 18_000, `${took} ms`);
}

/** Keeps a page busy, so that it hears nothing: until it hears again. */
const busy = (page, time) =>
  page.evaluate((time) => {
    for (const until = Date.now() + time; Date.now() < until; );
  }, time);

export const stories = {
  "a tab is closed in mid-refresh": (story) => dies(story, "closed", (page) => page.close()),

  "a tab crashes in mid-refresh": (story) =>
    dies(story, "crashed", async (page) => {
      const crashed = new Promise((resolve) => page.on("crash", resolve));
      const session = await page.context().newCDPSession(page);
      session.send("Page.crash").catch(() => {});
      await crashed;
    }),

  "a lock that is never given back is taken after ten seconds": stolen,

  async "while a lock is held for too long, a token that others have stored will do"({ visit, tokens }) {
    const [holder, page] = await visit.several(2);
    await call(holder, 1);
    await hold(holder);
    assert.equal((await call(page, 10, { patience: 500 })).well, 10);
    assert.deepEqual(tokens.asked, ["missing"]);
  },

  async "a tab hangs in mid-refresh, and comes back"({ visit, tokens, say }) {
    const ways = { patience: 1_500 };
    const pages = await visit.several(4);
    await Promise.all(pages.map((page) => call(page, 1, ways)));
    await control("expire_tokens");
    tokens.slow = 1;
    const [victim, ...others] = pages;
    const late = call(victim, 10, ways);
    await tokens.arrived(2);
    const back = busy(victim, 5_000);
    const ended = sum(await Promise.all(others.map((page) => call(page, 10, ways))));
    assert.deepEqual(ended.errors, []);
    assert.deepEqual(tokens.asked, ["missing", "rejected", "rejected"]);
    await back;
    assert.deepEqual((await late).errors, []);
    assert.deepEqual(sum(await Promise.all(pages.map((page) => call(page, 10, ways)))).errors, []);
    assert.equal(tokens.asked.length, 3, "nobody asks again");
    const took = Math.round(ended.took);
    say(`a page hangs in mid-refresh: 30 of 30 calls of 3 others well after ${took} ms, then its own 10 of 10`);
  },

  async "one that has a token and is busy is waited for"({ visit, tokens }) {
    const holder = await visit.open();
    await call(holder, 1);
    const page = await visit.open();
    const back = busy(holder, 1_000);
    assert.deepEqual((await call(page)).errors, []);
    assert.deepEqual(tokens.asked, ["missing"]);
    await back;
  },

  async "one that has a token and hangs doesn't hold up others"({ visit, tokens }) {
    const holder = await visit.open();
    await call(holder, 1);
    const page = await visit.open();
    let hangs = true;
    const back = busy(holder, 6_000).then(() => (hangs = false));
    assert.deepEqual((await call(page)).errors, []);
    assert(hangs, "it has waited for the one that hangs");
    assert.equal(tokens.asked.length, 2);
    await back;
    assert.deepEqual((await call(holder)).errors, []);
    assert.equal(tokens.asked.length, 2);
  },

  async "a tab that was robbed stores what it has, unless somebody has stored since"({ visit }) {
    const page = await visit.open();
    const said = await page.evaluate(async () => {
      const shared = store("user-42");
      const lock = (steal) => shared.lock({ steal, limit: 100 });
      const [first, second] = [await lock(false), await lock(true)];
      await new Promise((resolve) => setTimeout(resolve, 20));
      const put = () => shared.store({ accessToken: "a", generation: 1 }, { generation: 0, fence: 0 });
      // Its token is as good as another, and who took the lock learns that there is one.
      const said = [second.takenOver, await put(), await put()];
      first.release();
      second.release();
      return [...said, (await lock(false)) !== null, await lock(false)];
    });
    assert.deepEqual(said, [true, true, false, true, null]);
  },
};
