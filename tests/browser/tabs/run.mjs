// Pages and workers of one origin that share a session: `node run.mjs` with the emulator's line of JSON in BOX_EMULATOR.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { join } from "node:path";

import { launch } from "../support/chromium.mjs";
import { application, control, emulator, hosts } from "../support/emulator.mjs";
import { check, project } from "../support/project.mjs";
import { build, dev, preview } from "../support/site.mjs";
import { visit } from "./pages.mjs";
import * as deaths from "./stories/deaths.mjs";
import * as expiry from "./stories/expiry.mjs";
import * as keeping from "./stories/keeping.mjs";
import * as places from "./stories/places.mjs";
import { tokens as serve } from "./tokens.mjs";

const folder = await project("tabs", fileURLToPath(new URL("page", import.meta.url)));
await check(folder);
process.env.VITE_BOX_HOSTS = JSON.stringify(hosts);
await build(folder);
const tokens = await serve(application, emulator.user_id);
const browser = await launch();
const [built, sources] = [await preview(folder, tokens.url), await dev(folder, tokens.url)];
after(async () => {
  await browser.close();
  for (const site of [built, sources, tokens]) await site.close();
});

const say = (text) => console.log(`tabs: ${text}`);

function tell(name, story, { script, site = built } = {}) {
  test(name, { timeout: 30_000 }, async () => {
    await control("reset");
    tokens.reset();
    const visits = [];
    const other = async () => visits[visits.push(await visit(browser, site.url, script)) - 1];
    try {
      await story({ visit: await other(), other, tokens, say });
      assert.deepEqual(visits.flatMap(({ said }) => said), []);
    } finally {
      for (const one of visits) await one.close();
    }
  });
}

for (const { stories } of [expiry, deaths, keeping, places]) {
  for (const [name, story] of Object.entries(stories)) tell(name, story);
}
for (const [name, { story, script }] of Object.entries(places.poorer)) tell(name, story, { script });
tell("as Vite serves it from its sources", expiry.stories["four tabs ask for one token per expiry"], { site: sources });

test("in Node it is a store like others, and lets the process end", async () => {
  const require = createRequire(join(folder, "package.json"));
  const entry = join(require.resolve("box-wasm/package.json"), "../dist/tabs.js");
  const { tabStore } = await import(pathToFileURL(entry).href);
  const [one, two] = [tabStore("user-42"), tabStore("user-42", { keep: true })];
  const lock = await one.lock({ steal: false, limit: 100 });
  assert.equal(await two.lock({ steal: false, limit: 20 }), null);
  assert.equal(await one.store({ accessToken: "a", generation: 1 }, { generation: 0, fence: 0 }), true);
  lock.release();
  assert.equal((await two.load()).accessToken, "a");
  await two.clear();
  assert.equal((await one.load()).accessToken, undefined);
});
