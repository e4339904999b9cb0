// Pages with a content policy.
import assert from "node:assert/strict";

const STRICT =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; " +
  "connect-src 'self' http://127.0.0.1:*; ";

/** Uploads 55 MB and tells whether they were hashed in a worker. */
async function upload(page) {
  const workers = [];
  page.on("worker", (worker) => workers.push(worker.url()));
  const size = await page.evaluate(async () => {
    const { id } = await box.upload("0", "policy.bin", new Blob([filled(55_000_000)]));
    return (await box.download(id).blob()).size;
  });
  assert.equal(size, 55_000_000);
  return workers.filter((url) => url.startsWith("blob:")).length;
}

/** What is said, but for the workers that were refused. */
const complaints = (said) => said.filter(({ type, text }) => type === "error" && !/worker/i.test(text));

export const policies = {
  "a strict policy with 'wasm-unsafe-eval' and workers": {
    policy: `${STRICT}worker-src blob:`,
    async story({ page, said }) {
      assert((await upload(page)) >= 1);
      assert.deepEqual(complaints(said), []);
    },
  },

  "a policy without workers: hashed in slices": {
    policy: `${STRICT}worker-src 'none'`,
    async story({ page, said }) {
      assert.equal(await upload(page), 0);
      assert.deepEqual(complaints(said), []);
      // It was tried once, for upload and download together.
      assert.equal(said.filter(({ text }) => /worker-src 'none'/.test(text)).length, 1, JSON.stringify(said));
    },
  },

  "a policy without WebAssembly is told of": {
    policy: STRICT.replace("'wasm-unsafe-eval'", ""),
    async story({ page }) {
      const error = await page.evaluate(() => box.users.me().catch(({ kind, message }) => ({ kind, message })));
      assert.equal(error.kind, "internal");
      assert.match(error.message, /can't be loaded: .*(wasm|WebAssembly|Content Security Policy)/i);
    },
  },
};
