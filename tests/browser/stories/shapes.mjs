// What applications load when all is well.
import assert from "node:assert/strict";

import { control, hosts } from "../support/emulator.mjs";
import { shape } from "../support/shapes.mjs";
import { preview } from "../support/site.mjs";

/** Does something in a shape that was built; tells which files it loads, and which it should. */
async function loads({ browser, api }, name, story) {
  const { folder, files } = await shape(name);
  const site = await preview(folder, api);
  const page = await browser.newPage();
  try {
    for (const [box, emulator] of [["https://api.box.com", hosts.api], ["https://upload.box.com/api", hosts.upload]]) {
      await page.route(`${box}/**`, async (route) => {
        const url = route.request().url().replace(box, emulator);
        await route.fulfill({ response: await route.fetch({ url }) });
      });
    }
    const loaded = [];
    page.on("response", (response) => {
      const [, file] = /\/assets\/([^/]+)$/.exec(response.url()) ?? [];
      if (file) loaded.push(file);
    });
    await page.goto(site.url);
    await story(page);
    const expected = files.filter(({ kind }) => kind === "loaded").map(({ file }) => file);
    return { loaded: loaded.sort(), expected };
  } finally {
    await page.close();
    await site.close();
  }
}

const done = (page) => page.waitForFunction(() => document.title === "done");

export const stories = {
  async "an application that lists loads the small module and nothing else"(tools) {
    await control("seed", { files: 3 });
    const { loaded, expected } = await loads(tools, "first-list", async (page) => {
      await done(page);
      assert.equal(await page.locator("li").count(), 3);
    });
    assert.deepEqual(loaded, expected);
    assert.equal(loaded.filter((file) => file.endsWith(".wasm")).length, 1);
  },

  async "an application that uses everything loads everything but the spare module"(tools) {
    await control("seed", { files: 3 });
    const { loaded, expected } = await loads(tools, "whole-client", async (page) => {
      await page.waitForFunction(() => document.querySelectorAll("li").length === 3);
      await page.setInputFiles("input", { name: "new.bin", mimeType: "", buffer: Buffer.alloc(100_000, 7) });
      await done(page);
    });
    assert.deepEqual(loaded, expected);
  },
};
