// Large content there and back.
import assert from "node:assert/strict";

import { control } from "../support/emulator.mjs";

/** Before the page's scripts: counts workers. */
function patch() {
  const Real = Worker;
  window.workers = 0;
  window.Worker = class extends Real {
    constructor(...given) {
      window.workers += 1;
      super(...given);
    }
  };
}

export const before = [patch];

export const stories = {
  async "a stream of 30 MB goes up in a session and comes back as a stream"({ page }) {
    const differs = await page.evaluate(async () => {
      const sent = filled(30_000_000);
      let at = 0;
      const content = new ReadableStream({
        pull(controller) {
          controller.enqueue(sent.slice(at, (at += 700_001)));
          if (at >= sent.length) controller.close();
        },
      });
      const { id } = await box.upload("0", "stream.bin", content, { size: sent.length });
      at = 0;
      const reader = (await box.download(id).stream()).getReader();
      for (let next; !(next = await reader.read()).done; at += next.value.length) {
        const differs = next.value.findIndex((byte, n) => byte !== sent[at + n]);
        if (differs >= 0) return at + differs;
      }
      return at === sent.length ? "nowhere" : at;
    });
    assert.equal(differs, "nowhere");
    const { effects } = await control("counters");
    assert.equal(effects["upload_sessions.commit"], 1);
    assert.equal(effects["files.upload"], undefined);
  },

  async "a Blob of 55 MB goes up in a session and comes back as a Blob"({ page }) {
    const differs = await page.evaluate(async () => {
      const sent = filled(55_000_000);
      const { id } = await box.upload("0", "blob.bin", new Blob([sent]));
      const blob = await box.download(id).blob();
      const came = new Uint8Array(await blob.arrayBuffer());
      return came.length === sent.length ? came.findIndex((byte, at) => byte !== sent[at]) : came.length;
    });
    assert.equal(differs, -1);
    const { effects } = await control("counters");
    assert.equal(effects["upload_sessions.commit"], 1);
  },

  async "55 MB are hashed in a worker, and the page goes on"({ page, t }) {
    const { workers, gap } = await page.evaluate(async () => {
      const content = new Blob([filled(55_000_000)]);
      let [gap, last, goesOn] = [0, performance.now(), true];
      const turn = () => {
        const now = performance.now();
        [gap, last] = [Math.max(gap, now - last), now];
        if (goesOn) setTimeout(turn);
      };
      turn();
      await box.upload("0", "hashed.bin", content);
      goesOn = false;
      return { workers, gap };
    });
    t.diagnostic(`the longest gap in the page was ${gap.toFixed(0)} ms`);
    assert(workers >= 1);
  },

  async "small files are hashed where they are, without a worker"({ page }) {
    const { files } = await control("seed", { files: 20, file_size: 10_000 });
    const { lengths, workers } = await page.evaluate(async (files) => {
      const contents = await Promise.all(files.map((id) => box.download(id).bytes()));
      return { lengths: contents.map(({ length }) => length), workers };
    }, files);
    assert.deepEqual(lengths, files.map(() => 10_000));
    assert.equal(workers, 0);
  },
};
