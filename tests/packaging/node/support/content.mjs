// Content of files.

import { createHash } from "node:crypto";

/** Bytes that differ from block to block. */
export function content(length, seed = 0) {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i += 1) bytes[i] = (i % 251) ^ (i >> 12) ^ seed;
  return bytes;
}

export const sha1 = (bytes) => createHash("sha1").update(bytes).digest("hex");

/** A stream of bytes in chunks. */
export function streamOf(bytes, chunk = 65_521) {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(at, at + chunk));
      at += chunk;
    },
  });
}
