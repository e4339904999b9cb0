// How far an upload is.
import assert from "node:assert/strict";

import { control } from "../support/emulator.mjs";

const SIZE = 19_000_000;

/** Bytes per second. The system takes up to 10 MB at once, for both ends of the connection. */
const THROTTLE = 3_000_000;

function check(progress) {
  const [places, between] = [progress.map(({ transferred }) => transferred), (at) => at > 0 && at < SIZE];
  assert(places.filter(between).length >= 5, `too few: ${places}`);
  assert(places.every((at, n) => n === 0 || at > places[n - 1]), `it fell: ${places}`);
  assert.equal(places.at(-1), SIZE);
  assert(progress.every(({ total }) => total === SIZE));
}

export const stories = {
  async "the progress of an upload is told in the page"({ page }) {
    await control("options", { throttle: THROTTLE });
    const progress = await page.evaluate(async (size) => {
      const progress = [];
      const onProgress = (now) => progress.push(now);
      await box.upload("0", "page.bin", filled(size), { onProgress });
      return progress;
    }, SIZE);
    check(progress);
  },

  async "the progress of an upload is told in a worker"({ page }) {
    await control("options", { throttle: THROTTLE });
    const told = await page.evaluate((size) => {
      const own = worker();
      own.postMessage({ name: "worker.bin", content: new Blob([filled(size)]) });
      return new Promise((resolve, reject) => {
        own.onmessage = ({ data }) => resolve(data);
        own.onerror = ({ message }) => reject(new Error(message));
      });
    }, SIZE);
    assert.equal(told.error, undefined);
    check(told.progress);
    const read = (id) => box.download(id).bytes().then((bytes) => bytes.length);
    assert.equal(await page.evaluate(read, told.id), SIZE);
  },
};
