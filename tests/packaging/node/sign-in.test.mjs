// Applications with a secret, and people who sign in.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { BoxAuthError } from "box-wasm";

import { application, asUser, client, control, count, emulator, hosts, signIn, signedIn } from "./support/emulator.mjs";
import { failure, gate } from "./support/promises.mjs";

beforeEach(() => control("/reset", {}));

test("client credentials sign in once for all callers", async () => {
  const service = client({ auth: { ...application, enterpriseId: emulator.enterprise_id } });
  const users = await Promise.all(Array.from({ length: 20 }, () => service.users.me()));
  assert.equal(new Set(users.map(({ id }) => id)).size, 1);
  assert.deepEqual((await control("/counters")).grants, { client_credentials: 1 });
  assert.equal((await client({ auth: asUser("1000203") }).users.me()).id, "1000203");
});

test("a token alone is used as it is", async () => {
  const auth = { accessToken: emulator.developer_token };
  assert.equal((await client({ auth }).users.me()).id, emulator.user_id);
});

test("a person signs in, and the application knows the tokens before they are used", async () => {
  const [told, stored] = [gate(), gate()];
  const tokensChanged = (tokens) => {
    told.resolve(tokens);
    return stored.promise;
  };
  const box = client({ auth: application, tokensChanged });
  const back = "http://127.0.0.1:8080/back";
  const { url, state } = await box.beginSignIn(back);
  const page = new URL(url);
  assert.equal(page.origin + page.pathname, `${hosts.oauth2}/authorize`);
  const { redirect_uri, client_id, response_type } = Object.fromEntries(page.searchParams);
  assert.deepEqual([redirect_uri, client_id, response_type], [back, application.clientId, "code"]);
  const approved = await fetch(url, { redirect: "manual" });
  const finished = box.finishSignIn(approved.headers.get("location"), state, back);
  const tokens = await told.promise;
  const call = box.users.me();
  assert.ok(tokens.accessToken && tokens.refreshToken && tokens.expiresAt > Date.now(), "incomplete tokens");
  assert.equal(await count("requests", "users.me"), 0, "the tokens were used before they were stored");
  stored.resolve();
  await finished;
  assert.equal((await call).id, emulator.user_id);
});

test("an answer of another sign-in is refused", async () => {
  const box = client({ auth: application });
  const { state } = await box.beginSignIn();
  const { code } = await control("/authorize", {});
  const other = `https://app.test/?code=${code}&state=another`;
  for (const answer of [other, "https://app.test/?error=access_denied&state=" + state, "no address"]) {
    const error = await failure(box.finishSignIn(answer, state));
    assert.ok(error.name.startsWith("Box"), String(error));
  }
  assert.equal(await count("requests", "oauth.token"), 0);
  const call = await failure(box.users.me());
  assert.ok(call instanceof BoxAuthError && call.kind === "sign_in_needed", String(call));
});

test("only an application of people can begin a sign-in", async () => {
  for (const auth of [() => "token", asUser(), { accessToken: "token" }]) {
    assert.equal((await failure(client({ auth }).beginSignIn())).name, "BoxUsageError");
  }
});

test("kept tokens go on", async () => {
  let tokens;
  const tokensChanged = (changed) => void (tokens = changed);
  await signedIn({ tokensChanged });
  const kept = tokens;
  const auth = { ...application, refreshToken: kept.refreshToken };
  assert.equal((await client({ auth, tokensChanged }).users.me()).id, emulator.user_id);
  assert.notEqual(tokens.refreshToken, kept.refreshToken);
  assert.equal(await count("requests", "oauth.refresh"), 1);
  const both = client({ auth: { ...application, ...tokens } });
  assert.equal((await both.users.me()).id, emulator.user_id);
  assert.equal(await count("requests", "oauth.refresh"), 1);
});

test("an application that can't keep tokens is used all the same", async () => {
  const box = client({ auth: application, tokensChanged: () => Promise.reject(new Error("the disk is full")) });
  await signIn(box);
  assert.equal((await box.users.me()).id, emulator.user_id);
});

test("a secret in a page is warned of, and nowhere else", async (context) => {
  const { mock } = context.mock.method(console, "warn", () => {});
  client({ auth: asUser() });
  assert.equal(mock.callCount(), 0);
  globalThis.document = {};
  try {
    client({ auth: asUser() });
    client({ auth: () => "token" });
    while (mock.callCount() === 0) await new Promise(setImmediate);
  } finally {
    delete globalThis.document;
  }
  assert.equal(mock.callCount(), 1);
  const [warning] = mock.calls[0].arguments;
  assert.match(warning, /client secret/);
  assert.ok(!warning.includes(application.clientSecret));
});

test("a client without a way to sign in says so", async () => {
  for (const auth of [{}, { clientId: "id" }, { clientSecret: "secret" }]) {
    assert.equal((await failure(client({ auth }).users.me())).name, "BoxUsageError");
  }
});
