// What every platform must pass, in JavaScript.

import assert from "node:assert/strict";
import { test } from "node:test";

import { stories } from "./stories/index.mjs";
import { control, signedIn, source } from "./support/emulator.mjs";

test("every story is told here too", () => {
  const names = source("tests/scenarios/src/lib.rs").matchAll(/\$test!\((\w+)\)/g);
  assert.deepEqual(Object.keys(stories).sort(), [...names].map(([, name]) => name).sort());
});

for (const [name, story] of Object.entries(stories)) {
  test(name, async () => {
    await control("/reset", {});
    await story(await signedIn());
  });
}
