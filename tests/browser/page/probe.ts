import * as boxWasm from "box-wasm";

import { client, reasons } from "./client";
import { box } from "./main";

/** Bytes of which no two blocks are the same. */
function filled(size: number): Uint8Array<ArrayBuffer> {
  const block = 65_536;
  const bytes = new Uint8Array(size);
  const noise = crypto.getRandomValues(new Uint8Array(block));
  for (let at = 0; at < size; at += block) {
    bytes.set(noise.subarray(0, size - at), at);
    bytes.set([at >> 16, at >> 24], at);
  }
  return bytes;
}

/** What the tests reach in the page. */
Object.assign(window, {
  box,
  client,
  reasons,
  boxWasm,
  filled,
  /** A worker with a client of its own. */
  worker: () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }),
});
