// Lists: the next page ahead of time, and where a list ends or can't go on.

import assert from "node:assert/strict";
import { test } from "node:test";

import { BoxAbortError, BoxError, BoxNotFoundError } from "box-wasm";

import { client } from "./support/emulator.mjs";
import { all, answering, failure, gate, json } from "./support/promises.mjs";

const prefetch = true;

/** A client whose lists have pages that a function gives, by their number from 1. */
function paged(page) {
  const asked = new Map();
  const waiting = (n) => asked.get(n) ?? asked.set(n, gate()).get(n);
  let count = 0;
  const { fetch, requests } = answering((_, url, init) => {
    if (url.includes("/users/me")) return json({ id: "5" });
    count += 1;
    waiting(count).resolve({ url: new URL(url), ...init });
    return page(count, init);
  });
  const box = client({ auth: { accessToken: "t" }, fetch });
  return { box, requests, count: () => count, asked: (n) => waiting(n).promise };
}

/** Two entries, and the marker of the next page if there is one. */
const marked = (n, last) => {
  const entries = [1, 2].map((at) => ({ type: "file", id: `${n}.${at}` }));
  return json({ entries, next_marker: n < last ? `m${n}` : null });
};

const until = (signal) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

test("a list asks for a page when it is wanted", async () => {
  const { box, count } = paged((n) => marked(n, 3));
  const pages = box.folders.listItems("0").pages();
  for (const n of [1, 2, 3]) {
    assert.equal((await pages.next()).value.entries[0].id, `${n}.1`);
    await box.users.me();
    assert.equal(count(), n);
  }
  assert.equal((await pages.next()).done, true);
});

test("with prefetch one page is asked for while another is worked on", async () => {
  const { box, count, asked } = paged((n) => marked(n, 4));
  const list = box.folders.listItems("0", { limit: 2 }, { prefetch });
  const pages = list.pages();
  await box.users.me();
  assert.equal(count(), 0);
  for (const ahead of [2, 3, 4, 4]) {
    await pages.next();
    // Nobody asks the list for more here.
    const { url } = await asked(ahead);
    assert.deepEqual([url.searchParams.get("marker"), url.searchParams.get("usemarker")], [`m${ahead - 1}`, "true"]);
    await box.users.me();
    assert.equal(count(), ahead, "at most one ahead");
  }
  assert.equal((await pages.next()).done, true);
  assert.equal(count(), 4);
});

test("with prefetch the same items come", async () => {
  for (const options of [{}, { prefetch }]) {
    const { box, count } = paged((n) => marked(n, 3));
    const ids = (await all(box.folders.listItems("0", {}, options))).map(({ id }) => id);
    assert.deepEqual([ids, count()], [["1.1", "1.2", "2.1", "2.2", "3.1", "3.2"], 3]);
  }
});

test("leaving a loop gives the page ahead up", async () => {
  const { box, requests, count, asked } = paged((n, { signal }) => (n === 1 ? marked(1, 9) : until(signal)));
  const { signal } = new AbortController();
  const listeners = new Set();
  for (const [name, change] of [["addEventListener", "add"], ["removeEventListener", "delete"]]) {
    const own = signal[name];
    signal[name] = (...given) => (listeners[change](given[1]), own.apply(signal, given));
  }
  for await (const { id } of box.folders.listItems("0", {}, { prefetch, signal })) {
    assert.equal(id, "1.1");
    await asked(2);
    assert.equal(requests[1].signal.aborted, false);
    break;
  }
  assert.equal(requests[1].signal.aborted, true);
  await new Promise(setImmediate);
  assert.equal(listeners.size, 0, "a listener stays on the signal");
  await box.users.me();
  assert.equal(count(), 2);
});

test("aborting a list ends the page ahead, too", async () => {
  const { box, requests, asked } = paged((n, { signal }) => (n === 1 ? marked(1, 9) : until(signal)));
  const controller = new AbortController();
  const pages = box.folders.listItems("0", {}, { prefetch, signal: controller.signal }).pages();
  await pages.next();
  await asked(2);
  controller.abort();
  assert.equal(requests[1].signal.aborted, true);
  assert.ok((await failure(pages.next())) instanceof BoxAbortError);
  assert.equal((await pages.next()).done, true);
});

test("what the page ahead fails with comes behind the items before it", async () => {
  const answer = (n) => (n < 3 ? marked(n, 9) : json({ code: "not_found" }, { status: 404 }));
  const { box, count, asked } = paged(answer);
  const ids = [];
  const loop = async () => {
    for await (const { id } of box.folders.listItems("0", {}, { prefetch })) {
      if (id === "2.1") await asked(3).then(() => box.users.me());
      ids.push(id);
    }
  };
  const error = await failure(loop());
  assert.ok(error instanceof BoxNotFoundError);
  assert.deepEqual([ids, count()], [["1.1", "1.2", "2.1", "2.2"], 3]);
});

test("a circle is an error behind its page", async () => {
  for (const options of [{}, { prefetch }]) {
    const { box, count } = paged(() => json({ entries: [{ id: "1" }], next_marker: "same" }));
    const pages = box.webhooks.list({}, options).pages();
    for (const _ of [1, 2]) assert.equal((await pages.next()).value.entries.length, 1);
    const error = await failure(pages.next());
    assert.ok(error instanceof BoxError);
    assert.deepEqual([error.kind, error.operation, count()], ["paging", "webhooks.list", 2]);
  }
});

test("beyond the largest offset a list names the way out instead of asking", async () => {
  const { box, count } = paged(() => json({ entries: [{ id: "1" }], limit: 5_000, total_count: 20_000 }));
  const found = [];
  const error = await failure((async () => {
    for await (const item of box.users.list({ offset: 5_000 })) found.push(item);
  })());
  assert.deepEqual([error.kind, found.length, count()], ["paging", 2, 2]);
  assert.match(error.message, /15000.*usemarker=true/);
});

test("pages may be changed by whoever reads them", async () => {
  const answer = (n) => json({ entries: n < 3 ? [{ id: `${n}` }] : [], limit: 1 });
  const { box, count } = paged(answer);
  const ids = [];
  for await (const page of box.groups.list().pages()) {
    ids.push(...page.entries.splice(0).map(({ id }) => id));
    page.limit = 700;
  }
  assert.deepEqual([ids, count()], [["1", "2"], 3]);
});

test("a stream of events ends when it says nothing new", async () => {
  const positions = ["1152922976252290886", "1152922976252290887", "1152922976252290887"];
  for (const last of [[], [0], [""], [null]]) {
    const all = last.length ? [...positions.slice(0, 2), ...last] : positions;
    const { box, asked, count } = paged((n) => json({ entries: [], next_stream_position: all[n - 1] }));
    const sent = [];
    for await (const _ of box.events.list({ stream_position: "7" }).pages()) {
      sent.push((await asked(sent.length + 1)).url.searchParams.get("stream_position"));
    }
    assert.deepEqual([sent, count()], [["7", ...positions.slice(0, 2)], 3]);
  }
});

test("a marker in the body leaves all else as it was", async () => {
  const query = { from: "enterprise_1.contract", ancestor_folder_id: "0", query: "a > :b", query_params: { b: 1.5 } };
  const { box, requests } = paged((n) => marked(n, 3));
  await all(box.search.queryMetadata({ ...query, limit: 2 }));
  const bodies = requests.map(({ body }) => JSON.parse(body));
  const sent = [undefined, "m1", "m2"].map((marker) => ({ ...query, limit: 2, ...(marker && { marker }) }));
  assert.deepEqual(bodies, sent);
});
