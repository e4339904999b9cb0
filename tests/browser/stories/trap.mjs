// A fault in the module.
import assert from "node:assert/strict";

import { arrived, control } from "../support/emulator.mjs";

/** Before the page's scripts: `run` can be made to fail as a module fails. */
function patch() {
  // (module (func (export "run") unreachable))
  const bytes = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 7, 1, 3, 114, 117, 110, 0, 0, 10, 5, 1, 3, 0, 0, 11];
  const Real = WebAssembly.Instance;
  const trap = new Real(new WebAssembly.Module(new Uint8Array(bytes))).exports.run;
  WebAssembly.Instance = function (...given) {
    const { exports } = new Real(...given);
    const run = () => {
      // Once is not enough: it may be that the rest of the module wasn't there.
      return window.traps ? trap() : exports.run();
    };
    return { exports: { ...exports, run } };
  };
}

export const before = [patch];

export const stories = {
  async "after a trap what waits rejects, and the next call works"({ page }) {
    await page.evaluate(() => box.users.me().then(() => {}));
    await control("fail", { operation: "folders.get", kind: "delay", delay_ms: 600_000, times: 2 });
    const gone = page.waitForEvent("requestfailed", (request) => request.url().includes("/folders/0"));
    await page.evaluate(() => {
      const told = (error) => ({ known: error instanceof boxWasm.BoxError, kind: error.kind, cause: error.cause?.name });
      // Chromium sends two requests of one address one after the other.
      const pending = [["id"], ["name"]].map((fields) => box.folders.get("0", { fields }).catch(told));
      window.pending = Promise.all(pending);
    });
    await arrived("folders.get", 2);
    const trapped = await page.evaluate(async () => {
      window.traps = true;
      return box.users.me().catch(({ kind, message }) => ({ kind, message })).finally(() => (window.traps = false));
    });
    assert.deepEqual(trapped, { kind: "internal", message: "the WebAssembly module has failed" });
    const lost = { known: true, kind: "internal", cause: "RuntimeError" };
    assert.deepEqual(await page.evaluate(() => pending), [lost, lost]);
    assert.equal((await gone).failure().errorText, "net::ERR_ABORTED");

    await control("clear_faults");
    assert.equal(await page.evaluate(() => box.folders.get("0").then(({ id }) => id)), "0");
  },
};
