// Clients with sessions of their own, from one that has signed in: other subjects, and tokens that may do less.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { BoxClient, BoxError } from "box-wasm";
import { BoxClient as BoxCalls } from "box-wasm/calls";

import { application, asUser, client, control, emulator, hosts, signedIn } from "./support/emulator.mjs";
import { failure } from "./support/promises.mjs";

beforeEach(() => control("/reset", {}));

const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const grants = async () => (await control("/counters")).grants;
const service = (options = {}) => client({ auth: { ...application, enterpriseId: emulator.enterprise_id }, ...options });

test("subjects change, and each has one session", async () => {
  const box = service();
  const own = (await box.users.me()).id;
  const calls = Array.from({ length: 50 }, () => box.withUserSubject("1000102").users.me());
  for (const { id } of await Promise.all(calls)) assert.equal(id, "1000102");
  assert.deepEqual(await grants(), { client_credentials: 2 });
  const back = box.withUserSubject("1000102").withEnterpriseSubject(emulator.enterprise_id);
  assert.equal((await back.users.me()).id, own);
  assert.equal((await box.withUserSubject("1000102").withUserSubject("1000203").users.me()).id, "1000203");
  // The client's own subject is its own session.
  assert.deepEqual(await grants(), { client_credentials: 3 });
  assert.equal((await box.users.me()).id, own);
});

test("keys act for other subjects, too", async () => {
  const box = client({ auth: { jwt: await control("/config") } });
  assert.equal((await box.withUserSubject("1000102").users.me()).id, "1000102");
});

test("another subject is itself, whomever the client acted for by `asUser`", async () => {
  const said = [];
  const watching = (url, init) => {
    if (String(url).includes("/users/me")) said.push(new Headers(init.headers).get("as-user"));
    return fetch(url, init);
  };
  const box = service({ fetch: watching, asUser: "1000203" }).with({ asUser: "1000203" }).with({ timeout: 5_000 });
  assert.equal((await box.users.me()).id, "1000203");
  const user = box.withUserSubject("1000102");
  assert.equal((await user.users.me()).id, "1000102");
  assert.notEqual((await user.withEnterpriseSubject(emulator.enterprise_id).users.me()).id, "1000203");
  assert.deepEqual(said, ["1000203", null, null]);
  // What is said afterwards counts, and tokens that may do less are no other subject.
  await user.asUser("1000203").users.me().catch(() => {});
  await box.downscoped({ scopes: ["item_preview"], item: "none" }).users.me().catch(() => {});
  assert.deepEqual(said.slice(3), ["1000203", "1000203"]);
});

test("a subject has an id: nobody acts for somebody else by mistake", async () => {
  const made = [() => service(), () => client(), () => client({ auth: () => "token" }), () => client({ auth: { accessToken: "t" } })];
  for (const make of made) {
    for (const id of [undefined, "", null, Number.NaN, {}, true]) {
      for (const derived of ["withUserSubject", "withEnterpriseSubject"]) {
        const error = await failure(make()[derived](id).users.me());
        assert.equal(error.name, "BoxUsageError", `${derived}(${id}): ${error}`);
      }
    }
  }
  assert.deepEqual(await grants(), {});
  const box = service();
  assert.equal((await box.withUserSubject(1000102).users.me()).id, "1000102");
  await box.withUserSubject("1000102").users.me();
  assert.deepEqual(await grants(), { client_credentials: 1 });
});

test("the enterprise of the key's file is the client's own", async () => {
  const config = await control("/config");
  for (const jwt of [config, JSON.stringify(config)]) {
    await control("/reset", {});
    const box = client({ auth: { jwt } });
    await box.users.me();
    await box.withUserSubject("1000102").withEnterpriseSubject(emulator.enterprise_id).users.me();
    assert.equal(Object.values(await grants()).reduce((sum, count) => sum + count, 0), 1);
  }
});

test("what acts for one subject only says so", async () => {
  for (const box of [await signedIn(), client({ auth: () => "token" }), client({ auth: { accessToken: "t" } })]) {
    const error = await failure(box.withUserSubject("1000102").users.me());
    assert.equal(error.name, "BoxUsageError", String(error));
  }
});

test("tokens may do less: at one file, below one folder, by a link, and anywhere", async () => {
  const box = client();
  const folder = await box.folders.create({ name: "in", parent: { id: "0" } });
  const [inside, outside] = [await box.upload(folder.id, "a", new Blob(["a"])), await box.upload("0", "b", new Blob(["b"]))];
  const link = (await box.folders.update(folder.id, { shared_link: { access: "open" } }, { timeout: 5_000 })).shared_link.url;
  const scopes = ["item_preview", "item_download"];
  const cases = [
    [{ file: inside.id }, [true, false]],
    [{ folder: folder.id }, [true, false]],
    [{ sharedLink: link }, [true, false]],
    ["none", [true, true]],
  ];
  for (const [item, allowed] of cases) {
    const less = box.downscoped({ scopes, item });
    assert.ok(less instanceof BoxClient);
    for (const [at, file] of [inside, outside].entries()) {
      const got = await less.files.get(file.id).then(() => true, (error) => (assert.equal(error.status, 403, String(error)), false));
      assert.equal(got, allowed[at], JSON.stringify(item));
    }
    assert.equal((await failure(less.files.delete(inside.id))).hint?.name, "scope_missing");
    const { accessToken, expiresIn } = await less.accessToken();
    assert.ok(accessToken !== (await box.accessToken()).accessToken && expiresIn > 3_500, `${expiresIn}`);
  }
  assert.equal((await grants())[EXCHANGE], 4);
});

test("a downscope needs an item and a scope", async () => {
  const box = client();
  for (const wrong of [{ scopes: ["item_preview"] }, { scopes: [], item: "none" }, { item: "none" }]) {
    const error = await failure(box.downscoped(wrong).users.me());
    assert.equal(error.name, "BoxUsageError", String(error));
  }
  const annotator = { id: "7", name: "Ann" };
  const error = await failure(box.downscoped({ scopes: ["item_preview"], item: "none", annotator }).users.me());
  assert.match(error.message, /signs/);
});

test("an annotator without a name is refused, not left out", async () => {
  const box = client({ auth: { jwt: await control("/config"), userId: emulator.user_id } });
  for (const annotator of [{ id: "7" }, { name: "Ann" }]) {
    const error = await failure(box.downscoped({ scopes: ["item_preview"], item: "none", annotator }).users.me());
    assert.equal(error.name, "BoxUsageError", String(error));
  }
});

test("an annotator acts by the application's key", async () => {
  const box = client({ auth: { jwt: await control("/config"), userId: emulator.user_id } });
  const annotator = { id: "7", name: "Ann of elsewhere" };
  const less = box.downscoped({ scopes: ["base_upload", "item_preview"], item: "none", annotator });
  const file = await less.upload("0", "a", new Blob(["a"]));
  assert.equal(file.created_by.name, annotator.name);
});

test("a downscoped token goes on when the one that it came from has ended", async () => {
  const box = await signedIn();
  const less = box.downscoped({ scopes: ["item_preview"], item: "none" });
  await less.folders.get("0");
  await control("/expire_tokens", {});
  await Promise.all(Array.from({ length: 20 }, () => less.folders.get("0")));
  const counted = await grants();
  assert.deepEqual([counted.refresh_token, counted[EXCHANGE]], [1, 2]);
});

test("sessions make room for others, and those in use stay", async () => {
  const box = service({ subjects: 1 });
  const held = box.withUserSubject("1000102");
  await held.users.me();
  await box.withUserSubject("1000203").users.me();
  // It is held, so it is the same session.
  await box.withUserSubject("1000102").users.me();
  await held.users.me();
  assert.deepEqual(await grants(), { client_credentials: 2 });
});

test("derived clients keep options, share the gate, and close with the first", async () => {
  const box = service({ readOnly: true });
  const user = box.withUserSubject("1000102");
  assert.equal((await failure(user.with({ timeout: 5_000 }).folders.create({ name: "a", parent: { id: "0" } }))).kind, "read_only");
  await user.users.me();
  assert.equal(await box.close(), true);
  assert.equal((await failure(user.users.me())).kind, "closed");
  assert.equal((await failure(user.accessToken())).kind, "closed");
});

test("the small client has all of it", async () => {
  const box = new BoxCalls({ auth: asUser(), hosts });
  assert.equal((await box.withUserSubject("1000102").users.me()).id, "1000102");
  assert.ok((await box.downscoped({ scopes: ["item_preview"], item: "none" }).accessToken()).accessToken);
  await box.revoke();
});

test("revoked: Box voids the tokens, and the application gets itself new ones", async () => {
  const box = client();
  const { accessToken } = await box.accessToken();
  await box.revoke();
  assert.equal((await failure(client({ auth: { accessToken } }).users.me())).kind, "sign_in_needed");
  assert.equal((await box.users.me()).id, emulator.user_id);
  const provided = await failure(client({ auth: () => "t" }).revoke());
  assert.ok(provided instanceof BoxError && provided.name === "BoxUsageError", String(provided));
});

test("a person who was signed out must sign in again", async () => {
  const told = [];
  const box = await signedIn({ signInNeeded: (reason) => void told.push(reason) });
  await box.revoke();
  for (let i = 0; i < 3; i += 1) assert.equal((await failure(box.users.me())).needsSignIn, true);
  assert.equal((await control("/counters")).requests["oauth.refresh"], undefined);
});
