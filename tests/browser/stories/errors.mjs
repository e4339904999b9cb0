// What goes wrong, and what the page says of it.
import assert from "node:assert/strict";
import { join } from "node:path";

import { control } from "../support/emulator.mjs";
import { scratch } from "../support/tools.mjs";

export const stories = {
  async "a POST whose reply is lost has one effect, and it is known"({ page }) {
    // Where not even a head has come, Chromium itself sends the request again on another connection, unseen by pages.
    await control("fail", { operation: "folders.create", kind: "drop", at: "body", effect: "after" });
    const name = await page.evaluate(async () => (await box.folders.create({ name: "lost", parent: { id: "0" } })).name);
    assert.equal(name, "lost");
    const { effects, requests } = await control("counters");
    assert.equal(effects["folders.create"], 1);
    // Names are unique: the second one is refused, and the item in the way is the one that the first has made.
    assert.equal(requests["folders.create"], 2);
  },

  async "a POST of which nobody can know is not sent again"({ page }) {
    let sent = 0;
    await page.route("**/2.0/comments", (route) => {
      if (route.request().method() === "POST") sent += 1;
      return route.abort("connectionreset");
    });
    const error = await page.evaluate(async () => {
      const item = { type: "file", id: "7" };
      const error = await box.comments.create({ message: "m", item }).catch((error) => error);
      return { known: error instanceof boxWasm.BoxOutcomeUnknownError, kind: error.kind, attempts: error.attempts.length };
    });
    await page.unroute("**/2.0/comments");
    assert.deepEqual(error, { known: true, kind: "outcome_unknown", attempts: 1 });
    assert.equal(sent, 1);
  },

  async "the page shows a listing, a moving upload, and a conflict"({ page, site }) {
    await control("seed", { files: 5, folders: 4, file_size: 48_200 });
    await page.click("#sign-in");
    await page.waitForFunction(() => document.querySelector("#count").textContent === "9 items");
    await control("options", { throttle: 3_000_000 });
    const content = { name: "holiday.mov", mimeType: "video/quicktime", buffer: Buffer.alloc(15_000_000, 7) };
    await page.setInputFiles("#file", content);
    await page.waitForFunction(() => document.querySelector("#progress").value > 0.3);
    await page.fill("#name", "seeded-00001");
    await page.click("#create");
    await page.waitForSelector("#error:not([hidden])");
    await page.screenshot({ path: join(scratch, `page-${site.name}.png`), fullPage: true });

    const said = await page.textContent("#error");
    for (const fact of ["BoxConflictError", "folders.create", "409", "item_name_in_use", "folder "]) {
      assert(said.includes(fact), `${fact} is missing: ${said}`);
    }
    assert(await page.evaluate(() => document.querySelector("#progress").value < 1), "the upload was over");
    await control("options", { throttle: null });
    await page.waitForFunction(() => document.querySelector("#count").textContent === "10 items");
    assert.equal(await page.isVisible("#transfer"), false);
  },

  async "a file is downloaded with a click"({ page }) {
    await control("seed", { files: 1, file_size: 100_000 });
    await page.click("#sign-in");
    const [download] = await Promise.all([page.waitForEvent("download"), page.click("#items button")]);
    assert.equal(download.suggestedFilename(), "seeded-00000.txt");
    assert.equal(await download.failure(), null);
  },
};
