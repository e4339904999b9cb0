// What is secret stands in nothing that people print.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";

import { client, control, fetchToken, signedIn } from "./support/emulator.mjs";
import { answering, failure, json } from "./support/promises.mjs";

/** All that people print of a value. */
const printed = (value) =>
  [inspect(value, { depth: 9, showHidden: true, getters: true }), JSON.stringify(value), String(value)].join("\n");

function assertHides(value, secrets) {
  for (const secret of secrets) assert.ok(!printed(value).includes(secret), printed(value));
}

test("a client shows none of its secrets", async () => {
  await control("/reset", {});
  let tokens;
  const person = await signedIn({ tokensChanged: (changed) => void (tokens = changed) });
  await person.users.me();
  assert.ok(tokens.accessToken.length > 10 && tokens.refreshToken.length > 10);
  assertHides(person, [tokens.accessToken, tokens.refreshToken, "emulated-client-secret"]);
  const { accessToken } = await fetchToken();
  const page = client({ auth: () => accessToken });
  const call = page.users.me();
  assertHides(call, [accessToken]);
  await call;
  assertHides(page, [accessToken]);
  assertHides(page.folders.listItems("0"), [accessToken]);
});

test("no error shows a token", async () => {
  const secret = "planted-token";
  const replies = [
    () => json({ code: "unauthorized", message: "no" }, { status: 401, headers: { "www-authenticate": "Bearer" } }),
    () => json({ code: "bad", context_info: {} }, { status: 400 }),
    () => new Response("<html>", { status: 500 }),
    () => new Response("not JSON", { status: 200 }),
    () => { throw new TypeError("lost"); },
  ];
  for (const reply of replies) {
    const box = client({ auth: { accessToken: secret }, ...answering(reply) });
    const errors = [box.users.me(), box.upload("0", "a", new Uint8Array(3)), box.download("1").bytes()];
    for (const error of await Promise.all(errors.map(failure))) assertHides(error, [secret]);
  }
});

test("a token that can't be a header field isn't shown either", async () => {
  for (const odd of ["planted\ntoken", "planted-tökën-日本", "planted\0token"]) {
    const error = await failure(client({ auth: { accessToken: odd } }).users.me());
    assertHides(error, ["planted"]);
    assert.equal(error.name, "BoxUsageError");
  }
});

test("a refused refresh shows neither secret nor token", async () => {
  const auth = { clientId: "id", clientSecret: "planted-secret", refreshToken: "planted-refresh" };
  const error = await failure(client({ auth }).users.me());
  assert.equal(error.name, "BoxAuthError");
  assertHides(error, ["planted"]);
});

test("an answer of a sign-in that is refused shows no code", async () => {
  const box = client({ auth: { clientId: "id", clientSecret: "planted-secret" } });
  const { state } = await box.beginSignIn();
  for (const [answer, expected] of [["wrong", state], [state, "other"], [state, state]]) {
    const error = await failure(box.finishSignIn(`https://app.test/?code=planted-code&state=${answer}`, expected));
    assertHides(error, ["planted"]);
  }
});

test("nothing that a client was given is shown, by itself or by one derived from it", async () => {
  const planted = {
    auth: { clientId: "id", clientSecret: "planted-secret", refreshToken: "planted-refresh", accessToken: "planted-access" },
    headers: { "x-own": "planted-header" },
    sharedLink: { url: "https://app.box.com/s/planted-link", password: "planted-password" },
  };
  const { fetch, requests } = answering(() => json({ code: "c", message: "m" }, { status: 404 }));
  const box = client({ ...planted, fetch });
  const derived = box.withSharedLink("https://app.box.com/s/planted-other", "planted-word").asUser("7");
  for (const one of [box, derived, derived.readOnly()]) {
    const list = one.folders.listItems("0");
    const download = one.download("1");
    const error = await failure(one.users.me());
    for (const value of [one, one.users.me, list, download, error, { one }]) assertHides(value, ["planted"]);
  }
  assert.equal(requests.length, 3);
});

test("what is printed, made into JSON or copied has none either", async (context) => {
  const lines = [];
  for (const name of ["log", "error", "dir", "debug"]) {
    context.mock.method(console, name, (...values) => lines.push(...values.map((value) => inspect(value, { depth: 10, showHidden: true }))));
  }
  const { fetch } = answering(() => json({ code: "c", message: "m" }, { status: 403 }));
  const auth = { clientId: "id", clientSecret: "planted-secret", refreshToken: "planted-refresh", accessToken: "planted-access" };
  const sharedLink = { url: "https://app.box.com/s/planted-link", password: "planted-password" };
  const box = client({ auth, fetch, sharedLink });
  const error = await failure(box.users.me());
  for (const value of [box, error]) {
    for (const name of ["log", "error", "dir", "debug"]) console[name](value);
    lines.push(JSON.stringify(value));
    try {
      lines.push(inspect(structuredClone(value), { depth: 10, showHidden: true }));
    } catch (thrown) {
      lines.push(inspect(thrown, { depth: 10, showHidden: true }));
    }
  }
  // Promises of calls, and what is thrown at them.
  const refused = await failure(client({ auth: () => { throw new Error("refused"); }, fetch, sharedLink }).users.me());
  lines.push(inspect(refused, { depth: 10, showHidden: true }), JSON.stringify(refused));
  assert.ok(lines.length > 12);
  assert.ok(!lines.join("\n").includes("planted"), lines.find((line) => line.includes("planted")));
});
