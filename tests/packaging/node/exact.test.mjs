// Integers beyond 2^53 arrive as Box has written them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { BoxClient } from "box-wasm";

import { hosts } from "./support/golden.mjs";
import { answering, failure } from "./support/promises.mjs";

function client(...replies) {
  const { fetch, requests } = answering((count) => new Response(replies[count - 1]));
  return { box: new BoxClient({ auth: { accessToken: "t" }, hosts, fetch }), requests };
}

test("a position in the stream of events is exact, and goes back as it came", async () => {
  const position = "1152922976252290886";
  const first = `{"chunk_size":1,"next_stream_position":${position},"entries":[{"event_id":"a"}]}`;
  const { box, requests } = client(first, first.replace("6,", "7,"), '{"chunk_size":0,"entries":[]}');
  const page = await box.events.list();
  assert.equal(page.next_stream_position, position);
  assert.equal(page.chunk_size, 1);
  const pages = box.events.list({ stream_position: page.next_stream_position }).pages();
  await pages.next();
  await pages.next();
  await pages.return();
  const positions = requests.map(({ url }) => new URL(url).searchParams.get("stream_position"));
  assert.deepEqual(positions, [null, position, "1152922976252290887"]);
});

test("everything but such integers is read as ever", async () => {
  const safe = '[0,-0,1.5,-2e3,1E400,9007199254740991,-9007199254740991,12345678901234567890.5,1e21,true,null]';
  const beyond = ["9007199254740992", "-9007199254740993", "123456789012345678901234567890"];
  const texts = ["9007199254740993", 'a "9007199254740993" b', "\\", "\\\"9007199254740993", "\u2028", "é"];
  const members = { safe: "SAFE", texts, "9007199254740993": { list: ["B0", ["B1", { deep: "B2" }]] } };
  let reply = JSON.stringify(members).replace('"SAFE"', safe);
  for (const [at, number] of beyond.entries()) reply = reply.replace(`"B${at}"`, number);
  const { box } = client(reply, JSON.stringify(members, null, 2).replaceAll('"SAFE"', safe));
  const expected = { ...members, safe: JSON.parse(safe), "9007199254740993": { list: [beyond[0], [beyond[1], { deep: beyond[2] }]] } };
  assert.deepEqual(await box.events.list(), expected);
  assert.deepEqual((await box.events.list()).texts, texts);
});

test("other replies keep their numbers", async () => {
  const { box } = client('{"size":9007199254740993}');
  assert.equal(typeof (await box.folders.get("0")).size, "number");
});

test("what is no JSON is an error, however it looks", async () => {
  for (const reply of ['{"a":9007199254740993', '"\\"'.repeat(100_000), '{"a":09007199254740993}', "[1-9007199254740993]"]) {
    const error = await failure(client(reply).box.events.list());
    assert.equal(error.kind, "decode", reply.slice(0, 20));
  }
});
