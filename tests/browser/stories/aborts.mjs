// Calls that nobody wants any more.
import assert from "node:assert/strict";

import { arrived, control } from "../support/emulator.mjs";

/** In the page: aborts a call that has begun, and tells in which order things happen. */
const order = `async (controller, call) => {
  const order = [];
  const settled = call.then(() => order.push("done"), (error) => {
    order.push(error instanceof boxWasm.BoxAbortError && error.cause === "enough" ? "rejected" : String(error));
  });
  const { port1, port2 } = new MessageChannel();
  const later = new Promise((resolve) => (port1.onmessage = resolve)).then(() => order.push("later"));
  port2.postMessage("");
  controller.abort("enough");
  await Promise.all([settled, later]);
  return order;
}`;

const failed = (page, part) => page.waitForEvent("requestfailed", (request) => request.url().includes(part));

export const stories = {
  async "an upload under way is aborted at once, and its request is gone"({ page }) {
    await control("options", { throttle: 1_000_000 });
    const gone = failed(page, "/files/content");
    const happened = await page.evaluate(`(async () => {
      const controller = new AbortController();
      let call;
      await new Promise((moves) => {
        const options = { signal: controller.signal, onProgress: moves };
        call = box.upload("0", "aborted.bin", filled(15_000_000), options);
        call.catch(() => {});
      });
      return (${order})(controller, call);
    })()`);
    assert.deepEqual(happened, ["rejected", "later"]);
    assert.equal((await gone).failure().errorText, "net::ERR_ABORTED");
    const { effects } = await control("counters");
    assert.equal(effects["files.upload"], undefined);
  },

  async "a call under way is aborted at once, and its request is gone"({ page }) {
    await page.evaluate(() => box.users.me().then(() => {}));
    await control("fail", { operation: "folders.get", kind: "delay", delay_ms: 600_000 });
    const gone = failed(page, "/folders/0");
    await page.evaluate(() => {
      window.controller = new AbortController();
      window.call = box.folders.get("0", {}, { signal: controller.signal });
      call.catch(() => {});
    });
    await arrived("folders.get");
    assert.deepEqual(await page.evaluate(`(${order})(controller, call)`), ["rejected", "later"]);
    assert.equal((await gone).failure().errorText, "net::ERR_ABORTED");
    const next = await page.evaluate(() => box.folders.get("0").then(({ id }) => id));
    assert.equal(next, "0");
  },
};
