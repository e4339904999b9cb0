// What is kept, where, and for how long.
import assert from "node:assert/strict";

import { call, sum } from "../pages.mjs";

/** All that IndexedDB has under the package's name. */
const databases = () => indexedDB.databases().then((found) => found.map(({ name }) => name));

/** What is kept for a user. */
const kept = () =>
  new Promise((resolve, reject) => {
    const opening = indexedDB.open("box-wasm");
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const reading = opening.result.transaction("tokens").objectStore("tokens").get("user-42");
      reading.onsuccess = () => resolve(reading.result);
    };
  });

async function reopened({ visit, tokens, say }, keep) {
  const pages = await visit.several(2);
  await Promise.all(pages.map((page) => call(page, 10, { keep })));
  for (const page of pages) await page.close();
  const page = await visit.open();
  assert.equal((await call(page, 10, { keep })).well, 10);
  say(`all pages closed, one reopened ${keep ? "with" : "without"} keep: provider requests ${tokens.asked.length - 1}`);
  return page;
}

/** The clients of these pages have let go of their tokens: they ask again, once. */
async function forgotten(pages, tokens, ways = {}, user = "user-42") {
  assert.deepEqual(tokens.asked, ["missing"]);
  const later = sum(await Promise.all(pages.map((page) => call(page, 10, ways, user))));
  assert.deepEqual([later.well, later.errors], [10 * pages.length, []]);
  assert.equal(tokens.asked.length, 2);
}

export const stories = {
  async "nothing is kept when all tabs are closed"(story) {
    const page = await reopened(story, false);
    assert.deepEqual(story.tokens.asked, ["missing", "missing"]);
    assert.deepEqual(await page.evaluate(databases), []);
  },

  async "with `keep` the access token is, and nothing else that renews it"(story) {
    const page = await reopened(story, true);
    assert.deepEqual(story.tokens.asked, ["missing"]);
    const { accessToken, refreshToken, generation } = await page.evaluate(kept);
    assert.equal(typeof accessToken, "string");
    assert.deepEqual([refreshToken ?? null, generation], [null, 1]);
  },

  async "a refresh token is refused before it is used"({ visit }) {
    const page = await visit.open();
    const said = await page.evaluate(async () => {
      const heard = [];
      new BroadcastChannel("box-wasm/user-42").onmessage = ({ data }) => heard.push(JSON.stringify(data));
      const shared = store("user-42", { keep: true });
      const tokens = { accessToken: "a", refreshToken: "hidden", generation: 1 };
      const thrown = await shared.store(tokens, { generation: 0, fence: 0 }).catch(String);
      await new Promise((resolve) => setTimeout(resolve, 150));
      return { thrown, heard: heard.join(), held: await shared.load() };
    });
    assert.match(said.thrown, /tabStore takes no refresh tokens/);
    assert(!said.heard.includes("hidden"));
    assert.equal(said.held, null);
  },

  async "only what follows on what is there is stored"({ visit }) {
    const [one, two] = await visit.several(2);
    const put = ([generation, after]) =>
      (window.mine ??= store("user-42")).store({ accessToken: "a", generation }, { generation: after, fence: 0 });
    assert.equal(await one.evaluate(put, [1, 0]), true);
    assert.equal((await two.evaluate(() => (window.mine ??= store("user-42")).load())).generation, 1);
    assert.equal(await two.evaluate(put, [2, 1]), true);
    assert.equal((await one.evaluate(() => mine.load())).generation, 2);
    assert.equal(await one.evaluate(put, [2, 1]), false);
  },

  async "what one tab forgets, all do"({ visit, tokens, say }) {
    const ways = { keep: true };
    const pages = await visit.several(3);
    await Promise.all(pages.map((page) => call(page, 10, ways)));
    assert.deepEqual(tokens.asked, ["missing"]);
    await pages[0].evaluate(() => store("user-42", { keep: true }).clear());
    const held = () => store("user-42").load().then(({ accessToken }) => accessToken ?? "none");
    for (const page of [...pages, await visit.open()]) assert.equal(await page.evaluate(held), "none");
    assert.equal((await pages[0].evaluate(kept)).accessToken, undefined);
    // Their clients have let go of it as well: what is next asks again, once.
    const later = await Promise.all([...pages, await visit.open()].map((page) => call(page, 10, ways)));
    assert.equal(later.reduce((sum, { well }) => sum + well, 0), 40);
    const asked = tokens.asked.length - 1;
    say(`cleared in one of 3 pages: none has a token any more, provider requests of 4 pages after it ${asked}`);
    assert.equal(asked, 1);
  },

  async "a page that has nothing makes all others forget"({ visit, tokens }) {
    for (const ways of [{}, { keep: true }]) {
      tokens.reset();
      const user = JSON.stringify(ways);
      const pages = await visit.several(2);
      await Promise.all(pages.map((page) => call(page, 10, ways, user)));
      // It knows no more than the name.
      await (await visit.open()).evaluate(([user, ways]) => store(user, ways).clear(), [user, ways]);
      await forgotten(pages, tokens, ways, user);
    }
  },

  async "a page whose client was closed makes all others forget"({ visit, tokens }) {
    const pages = await visit.several(3);
    await Promise.all(pages.map((page) => call(page, 10)));
    await pages[0].evaluate(async () => {
      const shared = store("user-42");
      const box = client("user-42", {}, shared);
      await calls(box, 1);
      for (const one of [box, clients["user-42"]]) await one.close();
      await shared.clear();
    });
    await forgotten(pages.slice(1), tokens);
  },

  async "what is no message is not heard"({ visit }) {
    const [page, other] = await visit.several(2);
    await call(page, 1);
    await other.evaluate(async () => {
      const channel = new BroadcastChannel("box-wasm/user-42");
      for (const said of [null, undefined, 1, "text", [], { held: 1 }]) channel.postMessage(said);
      await new Promise((resolve) => setTimeout(resolve, 50));
    });
    assert.deepEqual((await call(page, 1)).errors, []);
  },
};
