// Every way to sign in, and what comes of each mistake.

import assert from "node:assert/strict";
import { createPrivateKey, sign } from "node:crypto";
import { beforeEach, test } from "node:test";

import { BoxAuthError, BoxUsageError } from "box-wasm";

import { application, asUser, client, control, count, emulator, signIn, signedIn } from "./support/emulator.mjs";
import { failure } from "./support/promises.mjs";

beforeEach(() => control("/reset", {}));

const key = (name = "plain") => control(`/config?key=${name}`);
const grants = async () => (await control("/counters")).grants;
const JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer";

test("a key signs in once for all callers, as the file or its text", async () => {
  const jwt = await key();
  const service = client({ auth: { jwt } });
  const users = await Promise.all(Array.from({ length: 20 }, () => service.users.me()));
  assert.equal(new Set(users.map(({ id }) => id)).size, 1);
  assert.equal((await grants())[JWT], 1);
  const person = client({ auth: { jwt: JSON.stringify(jwt), userId: "1000102" } });
  assert.equal((await person.users.me()).id, "1000102");
});

test("every algorithm signs", async () => {
  const jwt = await key();
  for (const algorithm of ["RS256", "RS384", "RS512"]) {
    assert.equal((await client({ auth: { jwt, algorithm, userId: emulator.user_id } }).users.me()).id, emulator.user_id, algorithm);
  }
  const error = await failure(client({ auth: { jwt, algorithm: "none" } }).users.me());
  assert.ok(error instanceof BoxUsageError, String(error));
});

test("a signer of one's own signs, and the file needs no key", async () => {
  const jwt = await key();
  const secret = createPrivateKey(jwt.boxAppSettings.appAuth.privateKey);
  delete jwt.boxAppSettings.appAuth.privateKey;
  const asked = [];
  const signer = async (algorithm, message) => {
    asked.push([algorithm, message.constructor]);
    return sign("sha256", message, secret);
  };
  assert.ok((await client({ auth: { jwt, signer } }).users.me()).id);
  assert.deepEqual(asked, [["RS256", Uint8Array]]);
  const mistake = new Error("the device is off");
  const broken = client({ auth: { jwt, signer: () => Promise.reject(mistake) } });
  const error = await failure(broken.users.me());
  assert.ok(error instanceof BoxAuthError && error.kind === "session", String(error));
  assert.match(error.message, /signer.*the device is off/);
  assert.equal(error.cause, mistake);
});

test("a key that WebCrypto can't read says how to convert it", async () => {
  for (const name of ["aes256", "3des", "pkcs1"]) {
    const error = await failure(client({ auth: { jwt: await key(name) } }).users.me());
    assert.ok(error instanceof BoxUsageError, String(error));
    assert.match(error.message, /openssl pkey -in key\.pem -out plain\.pem/, name);
  }
  assert.equal(await count("requests", "oauth.token"), 0);
});

test("a file that lacks something says what, and never quotes it", async () => {
  const { boxAppSettings, enterpriseID } = await key();
  const { appAuth, ...app } = boxAppSettings;
  const wrong = [
    [{}, /clientID/],
    ["no JSON with s3cret", /JSON/],
    [{ boxAppSettings: { ...app }, enterpriseID }, /publicKeyID/],
    [{ boxAppSettings: { ...app, appAuth: { ...appAuth, privateKey: "s3cret" } }, enterpriseID }, /PEM/],
    [{ boxAppSettings: { ...app, appAuth: { ...appAuth, privateKey: undefined } }, enterpriseID }, /privateKey/],
    [{ boxAppSettings }, /enterprise/],
  ];
  for (const [jwt, said] of wrong) {
    const error = await failure(client({ auth: { jwt } }).users.me());
    assert.ok(error instanceof BoxUsageError, String(error));
    assert.match(error.message, said);
    assert.ok(!error.message.includes("s3cret"), error.message);
  }
});

test("what Box refuses has its hint", async () => {
  const jwt = await key();
  const { boxAppSettings } = jwt;
  const other = { ...jwt, boxAppSettings: { ...boxAppSettings, clientSecret: "wrong" } };
  const cases = [
    [{ jwt: await key("other") }, "key_wrong"],
    [{ jwt: other }, "credentials_wrong"],
    [{ ...application, clientSecret: "wrong", enterpriseId: emulator.enterprise_id }, "credentials_wrong"],
    [{ ...application, clientId: "unknown", enterpriseId: emulator.enterprise_id }, "credentials_wrong"],
    [{ ...application, refreshToken: "unknown" }, "token_raced"],
  ];
  for (const [auth, hint] of cases) {
    const error = await failure(client({ auth }).users.me());
    assert.ok(error instanceof BoxAuthError && error.needsSignIn, `${hint}: ${error}`);
    assert.equal(error.hint?.name, hint, String(error));
    assert.ok(error.hint.text.length > 20, hint);
  }
});

test("a code that came too late is told from others", async () => {
  const box = client({ auth: application });
  const { state } = await box.beginSignIn();
  const { code } = await control("/authorize", {});
  await control("/advance", { seconds: 31 });
  const error = await failure(box.finishSignIn(`https://app.test/?code=${code}&state=${state}`, state));
  assert.deepEqual([error.name, error.hint?.name], ["BoxAuthError", "code_expired"]);
});

test("a clock that is ten minutes off is put right by itself", async () => {
  const jwt = await key();
  for (const minutes of [-10, 10]) {
    await control("/options", { clock_ahead: minutes * 60_000 });
    const box = client({ auth: { jwt, userId: emulator.user_id } });
    assert.equal((await box.users.me()).id, emulator.user_id, `${minutes}`);
    assert.equal((await box.users.me()).id, emulator.user_id, `${minutes}`);
  }
  // Each learned it from one refusal.
  assert.equal((await control("/counters")).statuses["oauth.token"][400], 2);
});

test("a developer token ends for good", async () => {
  const told = [];
  const auth = { accessToken: emulator.developer_token };
  const box = client({ auth, signInNeeded: (reason, error) => void told.push([reason, error.kind]) });
  assert.equal((await box.users.me()).id, emulator.user_id);
  await control("/expire_tokens", {});
  for (let i = 0; i < 3; i += 1) {
    const error = await failure(box.users.me());
    assert.deepEqual([error.kind, error.hint?.name], ["sign_in_needed", "developer_token_expired"]);
  }
  assert.equal(told[0]?.[0], "token_ended");
});

test("the access token is there to hand on", async () => {
  for (const auth of [asUser(), { jwt: await key() }, () => ({ accessToken: "given", expiresIn: 600 })]) {
    const { accessToken, expiresIn } = await client({ auth }).accessToken();
    assert.ok(accessToken && expiresIn > 590 && expiresIn <= 3_600, `${expiresIn}`);
  }
  const box = client({ auth: asUser() });
  const page = client({ auth: () => box.accessToken() });
  assert.equal((await page.users.me()).id, emulator.user_id);
  const { expiresIn, ...rest } = await client({ auth: { accessToken: "alone" } }).accessToken();
  assert.deepEqual([expiresIn, rest], [undefined, { accessToken: "alone" }]);
});

test("200 calls on an ended token: one refresh, and nobody fails", async () => {
  const box = await signedIn();
  await control("/expire_tokens", {});
  const users = await Promise.all(Array.from({ length: 200 }, () => box.users.me()));
  assert.ok(users.every(({ id }) => id === emulator.user_id));
  assert.equal(await count("requests", "oauth.refresh"), 1);
});

test("after its end a session sends no token request, until somebody signs in", async () => {
  const told = [];
  const box = await signedIn({ signInNeeded: (reason) => void told.push(reason) });
  await control("/revoke_tokens", { all: true });
  const calls = Array.from({ length: 10_000 }, () => failure(box.users.me()));
  for (const error of await Promise.all(calls)) assert.equal(error.kind, "sign_in_needed");
  await failure(box.users.me());
  assert.equal(await count("requests", "oauth.refresh"), 1);
  assert.deepEqual(told, ["refused"]);
  await signIn(box);
  assert.equal((await box.users.me()).id, emulator.user_id);
});

test("nobody has signed in yet: it is told once", async () => {
  const told = [];
  const box = client({ auth: application, signInNeeded: (reason) => void told.push(reason) });
  for (let i = 0; i < 3; i += 1) assert.equal((await failure(box.users.me())).kind, "sign_in_needed");
  assert.deepEqual(told, ["not_signed_in"]);
});
