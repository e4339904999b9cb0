// The README's examples that are marked `run` run.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const folder = new URL("../built/readme/", import.meta.url);
const prelude = new URL("support/prelude.mjs", import.meta.url);
const examples = readdirSync(folder).filter((file) => file.endsWith(".run.js"));

test("there are examples that run", () => assert.ok(examples.length > 0));

for (const example of examples) {
  test(example, () => {
    const program = fileURLToPath(new URL(example, folder));
    const words = ["--import", prelude.href, program];
    const { status, stderr } = spawnSync(process.execPath, words, { encoding: "utf8", timeout: 30_000 });
    assert.equal(status, 0, stderr);
  });
}
