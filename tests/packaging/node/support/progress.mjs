// How far transfers are.

import assert from "node:assert/strict";

/** Notes how far a transfer is. */
export function watching() {
  const seen = [];
  return { seen, onProgress: (progress) => seen.push(progress) };
}

/** Progress never falls, and ends at the total. */
export function assertProgress(seen, total) {
  const positions = seen.map(({ transferred }) => transferred);
  assert.deepEqual(positions, [...new Set(positions)].sort((a, b) => a - b));
  assert.equal(positions.at(-1), total);
  assert.ok(seen.every((progress) => progress.total === total));
}
