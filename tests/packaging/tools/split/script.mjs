// What pages do day by day, said to the engine as JavaScript says it: lists, reads, writes, errors, a token that ends.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** All rows of the table by their groups; transfers and what signs in aside. */
function table() {
  const folder = fileURLToPath(new URL("../../../../box-wasm/js/src/generated/rows/", import.meta.url));
  const texts = readdirSync(folder).filter((name) => name !== "index.ts").map((name) => readFileSync(folder + name, "utf8"));
  const groups = texts.flatMap((text) => [...text.matchAll(/(\w+): `([^`]+)`/g)]).filter(([, group]) => group !== "oauth");
  const rows = groups.flatMap(([, group, lines]) => lines.split("\n").map((row) => ({ group, row })));
  return rows.filter(({ row }) => !/ =(bytes|redirect)\b| [co]!?:/.test(row));
}

/** Values of a row: all of them, or those that it needs. */
function values(row, all) {
  const [, , path, ...words] = row.split(" ");
  const given = path.split("{").slice(1).map(() => "1");
  for (const word of words) {
    const [, code, needed] = /^([a-z])(!?):/.exec(word) ?? [];
    if (!code) continue;
    const value = { b: '{"id":"1"}', j: '{"id":"1"}', n: '"ä.txt"', p: '{"id":"1"}', w: '{"id":"1"}' }[code] ?? "1";
    given.push(all || needed ? value : null);
  }
  return given;
}

/** What uploads and downloads do. */
export function transfers(exports) {
  const engine = new Script(exports);
  engine.tell("client", 1, 7, { provider: true, page: true, announces: true });
  for (const target of [{ folderId: "0", name: "ä.txt", createdAt: "2012-12-12T10:53:43Z" }, { fileId: "7" }, { fileId: "7", name: "b", ifMatch: "1" }]) {
    for (const size of [5, 60_000_000]) engine.upload(target, size);
  }
  for (const settings of [{ fileId: "7" }, { fileId: "7", version: "8", unverified: true }]) engine.download(settings);
}

/** What pages do day by day. */
export function days(exports) {
  const engine = new Script(exports);
  const clients = [
    { provider: true, page: true, announces: true, authTimeout: 60_000 },
    { accessToken: "t", page: true, announces: true, api: "http://127.0.0.1:1", upload: "http://127.0.0.1:1/u", oauth2: "http://127.0.0.1:1/o" },
    { provider: true, page: true, announces: true, maxAttempts: 3, retryBase: 1, retryCap: 2 },
  ];
  clients.forEach((settings, at) => engine.tell("client", at + 1, 2 ** 52 + at, settings));
  const rows = [
    "list_items GET /folders/{folder_id}/items page:both q:fields q:limit q:offset q:marker q:usemarker q:sort",
    "get GET /folders/{folder_id} q:fields h:if-none-match",
    "create POST /folders body:json q:fields j!:name:item-name j!:parent j:description",
    "update PUT /folders/{folder_id} body:json retry:conditional q:fields h:if-match j:name:item-name j:parent",
    "delete DELETE /folders/{folder_id} =nothing q:recursive h:if-match",
    "list GET /users page:offset q:limit q:offset",
    "events GET /events page:stream exact q:stream_position q:limit",
    "search GET /search limit:search q:query q:limit m:types",
  ];
  rows.forEach((row, at) => engine.tell("row", 100 + at, "folders", row));
  table().forEach(({ group, row }, at) => {
    engine.tell("row", 200 + at, group, row);
    for (const all of [true, false]) engine.call(1, 200 + at, values(row, all), {}, 200, { id: "1" });
  });
  const some = ["0", "id,name", "5", null, null, null, null];
  const calls = [
    [100, some],
    [101, ["a b/ä\u0001\"", "id", null]],
    [102, [null, '"ä \\u00e5 \u{1f600}"', '{"id":"0"}', null]],
    [103, ["7", "id", "3", '"b"', null]],
    [104, ["7", "true", null]],
    [107, ["ä & b", "10", "a\nb"]],
  ];
  const options = [{}, { timeout: 5000, asUser: "7", headers: [["x-own", "ä"]] }];
  for (const client of [1, 2, 3]) {
    for (const given of options) for (const [row, values] of calls) engine.call(client, row, values, given, 200, { id: "1", entries: [] });
    engine.pages(client, 100, some, [{ total_count: 3, limit: 1, offset: 0, entries: 1 }, { total_count: 1, entries: 0 }]);
    engine.pages(client, 100, ["0", null, "5", null, null, "true", null], [{ next_marker: "m", entries: 1 }, { next_marker: "", entries: 1 }]);
    engine.pages(client, 105, [null, null], [{ total_count: "3", entries: 1 }, { total_count: 1, entries: 0 }]);
    engine.pages(client, 106, ["0", null], [{ next_stream_position: "115", entries: 1 }, { next_stream_position: "115", entries: 0 }]);
  }
  engine.errors();
}

class Script {
  #exports;
  #id = 1000;
  #now = 1_700_000_000_000;
  #sent = [];
  #next = null;
  #done = [];
  #answer;

  constructor(exports) {
    this.#exports = exports;
  }

  tell(name, ...values) {
    const { memory, input, run, output } = this.#exports;
    const bytes = new TextEncoder().encode(JSON.stringify([name, (this.#now += 100), ...values]));
    const at = input(bytes.length);
    new Uint8Array(memory.buffer, at, bytes.length).set(bytes);
    const length = run();
    const [next, ...outputs] = JSON.parse(new TextDecoder().decode(new Uint8Array(memory.buffer, output(), length)));
    this.#next = next;
    for (const [kind, ...rest] of outputs) {
      if (kind === "send") this.#sent.push(rest);
      else if (kind === "ask") this.tell("provided", rest[0], `token${this.#now}`, 3600, null);
      else if (kind === "changed") this.tell("announced", rest[0]);
      else if (kind === "plan" || kind === "answer") this.#answer = rest[0];
      else if (kind === "throw") throw new Error(JSON.stringify(rest));
      else if (kind === "done" || kind === "fail") this.#done.push([kind, ...rest]);
    }
  }

  /** The reply to the request that was sent last. */
  reply(status, value, headers = [["Content-Type", "application/json"], ["box-request-id", "r"]]) {
    const [key, request] = this.#sent.pop();
    this.tell("head", key, request, status, headers);
    if (this.#answer === "keep") this.tell("kept", key, request);
    else if (this.#answer === "buffer") this.tell("body", key, request, typeof value === "string" ? value : JSON.stringify(value));
  }

  lose() {
    const [key, request] = this.#sent.pop();
    this.tell("lost", key, request, "transport", "gone");
  }

  /** Lets time pass until something is to be done. */
  wait() {
    this.#now = Math.max(this.#now, this.#next ?? 0);
    this.tell("tick");
  }

  begin(client, row, values, options = {}) {
    this.tell("call", (this.#id += 1), client, row, values, [options, {}]);
  }

  call(client, row, values, options, status, value) {
    this.begin(client, row, values, options);
    // What is wrong with its values fails at once.
    if (this.#sent.length) this.reply(status, value);
    this.#ended("done");
  }

  pages(client, row, values, facts) {
    const list = (this.#id += 1);
    this.tell("pages", list, client, row, values);
    for (const said of facts) {
      this.tell("page", (this.#id += 1), list, [{}, {}]);
      this.reply(200, {});
      this.#ended("done");
      this.tell("turn", list, said);
    }
    this.tell("drop", list);
  }

  upload(target, size) {
    const [id, digest] = [(this.#id += 1), "07".repeat(20)];
    const begin = "https://upload.box.com/api/2.0/files/upload_sessions/s";
    const endpoints = { upload_part: begin, list_parts: `${begin}/parts`, commit: `${begin}/commit`, abort: begin };
    this.tell("upload", id, 1, { ...target, size }, [{}]);
    for (let steps = 0; !this.#done.length && steps < 40; steps += 1) {
      const [, , , , , url] = this.#sent.at(-1) ?? [];
      if (!url) this.tell("digested", id, digest);
      else if (url.endsWith("/commit") || url.endsWith("/content")) this.reply(201, { entries: [{ id: "1", size, sha1: digest }] });
      else if (url.endsWith("/s")) this.#part(size, digest);
      else this.reply(201, { id: "s", part_size: 20_000_000, session_endpoints: endpoints });
    }
    this.#ended("done");
  }

  #at = 0;

  /** A part; each second one meets a token that has ended. */
  #part(size, digest) {
    const [offset, length] = [this.#at, Math.min(20_000_000, size - this.#at)];
    this.reply(401, "");
    this.#at = offset + length === size ? 0 : offset + length;
    this.reply(200, { part: { part_id: `p${offset}`, offset, size: length, sha1: digest } });
  }

  download(settings) {
    const id = (this.#id += 1);
    this.tell("download", id, 1, settings, [{}]);
    if (!settings.version && !settings.unverified) this.reply(200, { id: "7", size: 5, sha1: "07".repeat(20) });
    for (let steps = 0; this.#sent.length && steps < 9; steps += 1) this.reply(200, { id: "7", size: 5, sha1: "07".repeat(20) });
    for (const waited of [0, 5000]) this.tell("pace", (this.#id += 1), 20_000, waited, 5);
    this.tell("received", id, 5, "07".repeat(20));
    this.#ended("done");
  }

  errors() {
    const get = [1, 101, ["7", "id", null]];
    const taken = { code: "item_name_in_use", message: "Item ä exists", request_id: "r", help_url: "h", context_info: { conflicts: [{ id: "1", type: "folder", n: 1.5, x: [true, null] }] } };
    for (const [status, value] of [[404, { code: "not_found", message: "Not found" }], [409, taken], [403, {}], [412, {}]]) {
      this.begin(...get);
      this.reply(status, value);
      this.#ended("fail");
    }
    for (const headers of [[["content-type", "text/html"]], []]) {
      this.begin(...get);
      this.reply(404, "<html>", headers);
      this.#ended("fail");
    }
    // Box refuses the token, or wants to be asked later.
    const challenge = ["www-authenticate", 'Bearer realm="Service", error="invalid_token", error_description="It expired."'];
    for (const [body, headers] of [["", [challenge]], [{ code: "unauthorized" }, []]]) {
      this.begin(...get);
      this.reply(401, body, headers);
      this.reply(200, {});
      this.#ended("done");
    }
    for (const [status, wait] of [[429, "1"], [503, "2"], [502, "3"]]) {
      this.begin(...get);
      this.reply(status, "<html>", [["retry-after", wait]]);
      this.wait();
      this.reply(200, {});
      this.#ended("done");
    }
    // Replies are lost: the token is renewed, then it is tried again.
    this.begin(...get);
    for (let tries = 0; !this.#done.length && tries < 20; tries += 1) {
      if (this.#sent.length) this.lose();
      else this.wait();
    }
    this.#ended("fail");
    this.begin(...get);
    this.tell("drop", this.#id);
    this.#sent.pop();
    this.tell("tick");
  }

  #ended(how) {
    const [[kind, ...more] = []] = this.#done.splice(0);
    if (kind !== how) throw new Error(`it ended ${kind} instead of ${how}: ${JSON.stringify(more)}`);
  }
}
