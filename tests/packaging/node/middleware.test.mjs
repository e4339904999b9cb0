// What an application puts around requests.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { BoxAbortError, BoxNetworkError } from "box-wasm";

import { content } from "./support/content.mjs";
import { client, control, count, fail } from "./support/emulator.mjs";
import { assertProgress, watching } from "./support/progress.mjs";
import { answering, failure, json } from "./support/promises.mjs";

beforeEach(() => control("/reset", {}));

const auth = { accessToken: "t" };
const quick = { maxAttempts: 3, base: 1 };

test("the first is outermost, around every request", async () => {
  const seen = [];
  const layer = (name) => async (request, next) => {
    seen.push(`${name} ${request.operation} ${request.urlTemplate} ${request.resendCount}`);
    const reply = await next(request);
    seen.push(`${name} ${reply.status}`);
    return reply;
  };
  const box = client({ middleware: [layer("outer"), layer("inner")] });
  await fail("folders.get", { kind: "status", status: 503 });
  await box.folders.get("0");
  const around = (operation, template, resends, status) => {
    const what = `${operation} ${template} ${resends}`;
    return [`outer ${what}`, `inner ${what}`, `inner ${status}`, `outer ${status}`];
  };
  assert.match(seen[0], /^outer oauth\./);
  assert.deepEqual(seen.slice(4), [
    ...around("folders.get", "/folders/{folder_id}", 0, 503),
    ...around("folders.get", "/folders/{folder_id}", 1, 200),
  ]);
});

test("a request may be changed, and a reply replaced", async () => {
  const { fetch, requests } = answering(() => json({ id: "1", login: "a" }));
  const change = async (request, next) => {
    request.headers.set("x-own", request.operation);
    request.headers.delete("accept");
    const reply = await next({ ...request, url: `${request.url}?fields=id` });
    return json({ ...(await reply.json()), login: "b" }, { status: reply.status });
  };
  const box = client({ auth, fetch, middleware: [change] });
  assert.equal((await box.users.me()).login, "b");
  const [{ url, headers }] = requests;
  assert.ok(url.endsWith("/users/me?fields=id"));
  assert.deepEqual([new Headers(headers).get("x-own"), new Headers(headers).get("authorization")], ["users.me", "Bearer t"]);
});

test("it may answer itself: nothing is sent", async () => {
  const box = client({ auth, middleware: [async () => json({ id: "5" })] });
  assert.equal((await box.users.me()).id, "5");
  assert.equal(await count("requests", "users.me"), 0);
});

test("what it throws, and what is no reply, counts as a lost connection", async () => {
  for (const layer of [() => { throw new Error("no"); }, async () => undefined]) {
    let asked = 0;
    const counting = (request, next) => ((asked += 1), layer(request, next));
    const error = await failure(client({ auth, retry: quick, middleware: [counting] }).users.me());
    assert.ok(error instanceof BoxNetworkError, String(error));
    assert.equal(asked, 3);
  }
});

test("one that never answers holds no call that is aborted", async () => {
  const controller = new AbortController();
  const signals = [];
  const middleware = [(request) => (signals.push(request.signal), controller.abort(), new Promise(() => {}))];
  const error = await failure(client({ auth, middleware }).users.me({}, { signal: controller.signal }));
  assert.ok(error instanceof BoxAbortError);
  assert.ok(signals.every(({ aborted }) => aborted));
});

test("transfers go through it", async () => {
  const operations = [];
  const middleware = [(request, next) => (operations.push(request.operation), next(request))];
  const box = client({ middleware });
  const bytes = content(50_000_001);
  const { id } = await box.upload("0", "large", bytes);
  assert.equal(Buffer.compare(await box.download(id).bytes(), bytes), 0);
  for (const operation of ["upload_sessions.upload_part", "upload_sessions.commit", "files.download"]) {
    assert.ok(operations.includes(operation), `${operation}: ${operations}`);
  }
});

test("uploads by XMLHttpRequest go through it, and tell their progress", async (t) => {
  const sent = [];
  globalThis.XMLHttpRequest = class {
    upload = {};
    #headers = {};
    open(method, url) {
      this.request = { method, url };
    }
    setRequestHeader(name, value) {
      this.#headers[name] = value;
    }
    getAllResponseHeaders() {
      return "content-type: application/json\r\n";
    }
    async send(body) {
      const init = { method: this.request.method, headers: this.#headers, body };
      sent.push(init);
      this.upload.onprogress({ loaded: body.size });
      const reply = await fetch(this.request.url, init);
      [this.status, this.response] = [reply.status, await reply.blob()];
      this.onloadend();
    }
  };
  t.after(() => delete globalThis.XMLHttpRequest);
  const layer = async (request, next) => {
    request.headers.set("x-own", "1");
    return next(request);
  };
  const { seen, onProgress } = watching();
  const { size } = await client({ middleware: [layer] }).upload("0", "x", content(1000), { onProgress });
  assert.deepEqual([size, sent.length, sent[0].headers["x-own"]], [1000, 1, "1"]);
  assertProgress(seen, 1000);
});
