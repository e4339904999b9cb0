// Every operation of the documents: what the documents say can be sent, and nothing that differs from it passes.

import assert from "node:assert/strict";
import { after, test } from "node:test";

import { check } from "../checks/request.mjs";
import { documents } from "../documents/operations.mjs";
import { served } from "../documents/served.mjs";
import { forward } from "../recorder/forward.mjs";
import { prism } from "../recorder/prism.mjs";
import { added, recorded } from "../recorded.mjs";
import { changes } from "./changes.mjs";
import { content, request } from "./sample.mjs";
import { serve } from "./served.mjs";
import { folder } from "./spec.mjs";

const all = await documents(folder);
const operations = [...all.flatMap(({ operations }) => operations), ...added];

test("there are as many as Box has", () => {
  assert.equal(operations.length, 339);
  assert.ok(recorded.size <= 12);
  for (const id of recorded.keys()) assert.ok(operations.some((operation) => operation.id === id), id);
});

test("each can be sent with what is required, and with everything", async (t) => {
  const server = await serve();
  t.after(() => server.end());
  for (const operation of operations) {
    for (const amount of ["required", "every"]) {
      const { address, init } = request(operation, amount);
      const reply = await fetch(`${server.url}/npm/${address}`, init);
      const body = await reply.text();
      assert.ok(reply.ok, `${operation.id} ${amount}: ${body}`);
      const type = reply.headers.get("content-type");
      if (body && type === "application/json") assert.equal(typeof JSON.parse(body), "object");
    }
  }
  const report = await (await fetch(`${server.url}/report`)).json();
  for (const { id } of report.operations) assert.deepEqual(report.seen.npm[id], { required: "ok", every: "ok" }, id);
});

test("each change of a request with everything is found", async () => {
  let count = 0;
  for (const operation of operations) {
    const good = await content(operation, "every");
    assert.deepEqual(await check(operation, good), [], operation.id);
    for (const [name, changed] of changes(operation, good)) {
      count += 1;
      const faults = await check(operation, changed);
      assert.ok(faults.some((fault) => fault.startsWith(`${name}:`)), `${operation.id}: ${name}\n${faults.join("\n")}`);
    }
  }
  assert.ok(count > 3000, count);
});

test("Prism itself knows every member of every JSON body", async (t) => {
  for (const one of all) {
    const server = await prism(served(one, recorded));
    t.after(() => server.close());
    for (const operation of one.operations) {
      const { body } = operation;
      if (!body?.type.endsWith("json") || body.schema.type === "array" || body.schema.additionalProperties) continue;
      const good = await content(operation, "every");
      const bytes = Buffer.from(JSON.stringify({ ...JSON.parse(good.bytes), misspelt: 1 }));
      const { faults } = await forward(server.url, operation, { ...good, bytes });
      assert.ok(faults.some((fault) => fault.includes("'misspelt'")), `${operation.id}: ${faults}`);
    }
  }
});
