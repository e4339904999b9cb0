// Measures the package in Chromium, with the emulator's line of JSON in BOX_EMULATOR: one line of JSON for each number.
// An argument leaves what has a name that begins so.
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { token } from "./server.mjs";
import { cached } from "./support/cached.mjs";
import { launch } from "./support/chromium.mjs";
import { application, control, emulator, hosts } from "./support/emulator.mjs";
import { project } from "./support/project.mjs";
import { build } from "./support/site.mjs";

/** How often each is measured; before that it is done a few times so that caches are warm. */
const [RUNS, WARM_UP] = [21, 6];

const MEASURES = [
  ["import to first request", "firstRequest"],
  ["abort to rejection, in flight", "abortInFlight"],
  ["abort to rejection, in back-off", "abortInBackOff"],
  ["200 calls on an expired token", "expired"],
];

const [beginning = ""] = process.argv.slice(2);
const wanted = MEASURES.filter(([title]) => title.startsWith(beginning));

const folder = await project("bench", fileURLToPath(new URL("bench", import.meta.url)));
process.env.VITE_BOX_HOSTS = JSON.stringify({ ...hosts, control: emulator.control });
await build(folder);
await control("reset");
const { files } = await control("seed", { files: 200 });
const answer = (response) => token(application, emulator.user_id, response);
const site = await cached(join(folder, "dist"), "/token", answer);
const browser = await launch();
const page = await browser.newPage();

/** Once in a document of its own. */
async function measure(name) {
  await page.goto(site.url);
  await page.waitForFunction("window.measures");
  return page.evaluate(`measures.${name}(${JSON.stringify(files)})`);
}

try {
  for (const [title, name] of wanted) {
    const times = [];
    for (let n = -WARM_UP; n < RUNS; n++) {
      const time = await measure(name);
      if (n >= 0) times.push(time);
    }
    times.sort((a, b) => a - b);
    const rounded = (time) => Number(time.toFixed(2));
    const [median, min, max] = [times[(RUNS - 1) / 2], times[0], times[RUNS - 1]].map(rounded);
    console.log(JSON.stringify({ name: title, unit: "ms", median, min, max, runs: RUNS }));
  }
} finally {
  await browser.close();
  site.close();
}
