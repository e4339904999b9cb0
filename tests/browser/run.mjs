// The package in a page, as Vite's server of development gives it and as Vite builds it: `node --test run.mjs` with the
// emulator's line of JSON in BOX_EMULATOR.
import { fileURLToPath } from "node:url";
import { after, test } from "node:test";

import { serve } from "./server.mjs";
import * as aborts from "./stories/aborts.mjs";
import * as errors from "./stories/errors.mjs";
import * as list from "./stories/list.mjs";
import { policies } from "./stories/policy.mjs";
import * as progress from "./stories/progress.mjs";
import * as rows from "./stories/rows.mjs";
import * as signIn from "./stories/sign-in.mjs";
import * as transfers from "./stories/transfers.mjs";
import * as shapes from "./stories/shapes.mjs";
import * as trap from "./stories/trap.mjs";
import { launch, open } from "./support/chromium.mjs";
import { application, control, emulator, hosts } from "./support/emulator.mjs";
import { check, project } from "./support/project.mjs";
import { build, dev, preview } from "./support/site.mjs";

const folder = await project("page", fileURLToPath(new URL("page", import.meta.url)));
await check(folder);
process.env.VITE_BOX_HOSTS = JSON.stringify(hosts);
await build(folder);
const server = await serve(application, emulator.user_id);
const browser = await launch();
const sites = [await dev(folder, server.url), await preview(folder, server.url)];
after(async () => {
  await browser.close();
  for (const site of [...sites, server]) await site.close();
});

function tell(name, site, story, scripts = []) {
  test(`${site.name}: ${name}`, { timeout: 120_000 }, async (t) => {
    await control("reset");
    const tab = await open(browser, site.url, ...scripts);
    try {
      await story({ ...tab, site, t });
    } finally {
      await tab.close();
    }
  });
}

for (const site of sites) {
  for (const { stories, before } of [list, rows, progress, transfers, aborts, signIn, errors, trap]) {
    for (const [name, story] of Object.entries(stories)) tell(name, site, story, before);
  }
}
for (const [name, story] of Object.entries(shapes.stories)) {
  test(name, { timeout: 120_000 }, async () => {
    await control("reset");
    await story({ browser, api: server.url });
  });
}
for (const [name, { policy, story }] of Object.entries(policies)) {
  const site = await preview(folder, server.url, policy);
  sites.push(site);
  tell(name, site, story);
}
