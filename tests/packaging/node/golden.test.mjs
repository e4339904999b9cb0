// Every method writes the request that the table says.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";

import { BoxClient } from "box-wasm";

import { calls } from "../built/calls/index.js";
import { golden, hosts, shown } from "./support/golden.mjs";
import { answering, json } from "./support/promises.mjs";

const expected = golden(join(process.env.BOX_ROOT, "box-core/tests/generated/golden"));

test("every golden request has its call", () => {
  assert.deepEqual(calls.map(([title]) => title).sort(), [...expected.keys()].sort());
  assert.ok(calls.length > 50);
});

for (const [title, call] of calls) {
  test(title, async () => {
    const { fetch, requests } = answering(() => json({}));
    const box = new BoxClient({ auth: { accessToken: "t" }, hosts, fetch });
    // Not every call can read this reply.
    await call(box).then(() => {}, () => {});
    assert.equal(requests.length, 1);
    const [{ url, ...request }] = requests;
    assert.deepEqual(await shown(url, request), expected.get(title));
  });
}
