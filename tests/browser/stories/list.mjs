// What a visitor sees first.
import assert from "node:assert/strict";

import { control } from "../support/emulator.mjs";

export const stories = {
  async "a visitor signs in through the provider and sees all 2,500 items"({ page, said }) {
    await control("seed", { files: 2490, folders: 10, file_size: 1234 });
    await control("reset_counters");
    await page.click("#sign-in");
    await page.waitForFunction(() => document.querySelector("#count").textContent === "2500 items");

    const rows = await page.$$eval("#items tr", (rows) =>
      rows.map((row) => [...row.cells].slice(0, 2).map((cell) => cell.textContent)),
    );
    assert.equal(rows.length, 2500);
    assert.equal(new Set(rows.map(([name]) => name)).size, 2500);
    assert(rows.some(([name, size]) => name === "seeded-02489.txt" && size === "1.2 kB"));
    assert.deepEqual(await page.evaluate(() => window.reasons), ["missing"]);
    const { requests } = await control("counters");
    assert.equal(requests["folders.list_items"], 3);
    assert.deepEqual(said.filter(({ type }) => type === "error" || type === "warning"), []);
  },
};
