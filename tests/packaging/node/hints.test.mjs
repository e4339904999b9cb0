// What an error says beyond its facts: outcomes of its requests, questions, codes, reasons, and the next step.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import * as box_wasm from "box-wasm";

import { client, control, source } from "./support/emulator.mjs";
import { answering, failure, json } from "./support/promises.mjs";

const { BoxError, BoxErrorCode, BoxNetworkError, BoxOutcomeUnknownError } = box_wasm;
const auth = { accessToken: "t" };

beforeEach(() => control("/reset", {}));

const failed = (answer, options = {}) => failure(client({ auth, ...answering(answer), ...options }).folders.get("1"));

test("the requests of a call are listed with their outcomes", async () => {
  const answer = (n) => {
    if (n === 1) throw new TypeError("lost");
    if (n === 2) return json({}, { status: 503 });
    return json({ request_id: "r3" }, { status: 404, headers: { "box-request-id": "r3" } });
  };
  const { attempts } = await failed(answer);
  const seen = attempts.map(({ status, sent, requestId }) => ({ status, sent, requestId }));
  assert.deepEqual(seen, [
    { status: undefined, sent: true, requestId: undefined },
    { status: 503, sent: undefined, requestId: undefined },
    { status: 404, sent: undefined, requestId: "r3" },
  ]);
  assert.ok(attempts.every(({ took }) => Number.isInteger(took) && took >= 0));
  assert.deepEqual((await failure(client().folders.get(""))).attempts, []);
});

test("a write of which nobody knows has its class, and is not sent again", async () => {
  const { fetch, requests } = answering(() => { throw new TypeError("lost"); });
  const box = client({ auth, fetch });
  const error = await failure(box.comments.create({ message: "m", item: { id: "1", type: "file" } }));
  assert.ok(error instanceof BoxOutcomeUnknownError && error.isOutcomeUnknown && !error.isTransient, String(error));
  assert.deepEqual([error.name, error.kind, error.attempts.length], ["BoxOutcomeUnknownError", "outcome_unknown", 1]);
  assert.equal(requests.length, 1);
});

test("questions have answers", async () => {
  const questions = {
    isNotFound: { status: 404 },
    isTrashed: { status: 404, code: "trashed" },
    isConflict: { status: 409 },
    isNameTaken: { status: 409, code: "item_name_in_use" },
    isPreconditionFailed: { status: 412 },
    isRateLimited: { status: 429 },
    isForbidden: { status: 403 },
    isUnauthorized: { status: 401 },
    needsSignIn: { kind: "sign_in_needed" },
    isTimeout: { kind: "timeout" },
    isCancelled: { kind: "cancelled" },
    isOutcomeUnknown: { kind: "outcome_unknown" },
    isReadOnly: { kind: "read_only" },
    isNotModified: { kind: "not_modified" },
    isClosed: { kind: "closed" },
  };
  const implied = { isTrashed: "isNotFound", isNameTaken: "isConflict" };
  for (const [name, facts] of Object.entries(questions)) {
    const error = new BoxError({ kind: "api", message: "m", ...facts });
    const yes = Object.keys(questions).filter((question) => error[question]);
    assert.deepEqual(yes.sort(), [name, implied[name]].filter(Boolean).sort(), name);
  }
  const transient = [
    [{ kind: "transport" }, true],
    [{ kind: "timeout" }, true],
    [{ kind: "api", status: 503 }, true],
    [{ kind: "api", status: 429 }, true],
    [{ kind: "oauth", status: 400, code: "temporarily_unavailable" }, true],
    [{ kind: "api", status: 409, code: "name_temporarily_reserved" }, true],
    [{ kind: "api", status: 403, code: "operation_blocked_temporary" }, true],
    [{ kind: "api", status: 501 }, false],
    [{ kind: "api", status: 404 }, false],
    [{ kind: "outcome_unknown", status: 503 }, false],
  ];
  for (const [facts, yes] of transient) {
    assert.equal(new BoxError({ message: "m", ...facts }).isTransient, yes, JSON.stringify(facts));
  }
});

test("reasons are a list", async () => {
  const errors = [{ reason: "invalid_parameter", name: "id", message: "no number" }];
  const answer = () => json({ code: "bad_request", context_info: { errors } }, { status: 400 });
  const error = await failed(answer);
  assert.deepEqual(error.reasons, errors);
  assert.equal(error.code, BoxErrorCode.BadRequest);
  const one = new BoxError({ kind: "api", message: "m", context: { errors: errors[0] } });
  assert.deepEqual([one.reasons, one.conflicts], [errors, []]);
});

test("codes are those of the core", () => {
  const core = [...source("box-core/src/codes.rs").matchAll(/^pub const (\w+): &str =\s*"(\w+)";/gm)];
  const camel = (name) => name.toLowerCase().replace(/(?:^|_)(.)/g, (_, letter) => letter.toUpperCase());
  assert.ok(core.length > 70);
  assert.deepEqual(BoxErrorCode, Object.fromEntries(core.map(([, name, code]) => [camel(name), code])));
});

test("kinds and questions are those of the core", () => {
  const kinds = [...source("box-core/src/error/kind.rs").matchAll(/=> "(\w+)"/g)].map(([, kind]) => kind);
  const types = source("box-wasm/js/src/error.ts");
  for (const kind of kinds) assert.ok(types.includes(`| "${kind}"`), kind);
  const camel = (name) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
  for (const [, name] of source("box-core/src/error/predicates.rs").matchAll(/pub fn (\w+)/g)) {
    assert.equal(typeof new BoxError({ kind: "api", message: "m" })[camel(name)], "boolean", name);
  }
});

test("hints are those of the core, and say what to do", async () => {
  const core = source("box-core/src/hint.rs");
  const names = Object.fromEntries([...core.matchAll(/Self::(\w+) => "(\w+)"/g)].map(([, name, word]) => [name, word]));
  const texts = [...core.matchAll(/Self::(\w+) => \{\s*"((?:[^"\\]|\\\n)*)"/g)];
  assert.equal(texts.length, 15);
  const expected = texts.map(([, name, text]) => [names[name], text.replace(/\\\n\s*/g, "")]);
  const { hints } = await import(new URL("hints.js", import.meta.resolve("box-wasm")));
  assert.deepEqual(Object.entries(hints), expected);
});

test("the commonest causes are told", async () => {
  const refused = (status, code, message = "m") => () => json({ code, message }, { status });
  const denied = (error, error_description) => () => json({ error, error_description }, { status: 400 });
  const application = { clientId: "id", clientSecret: "s" };
  const person = { auth: { ...application, refreshToken: "r", accessToken: "a" } };
  const service = { auth: { ...application, enterpriseId: "1" } };
  const asService = (_, url) => (url.includes("/oauth2/") ? json({ access_token: "a", expires_in: 60 }) : json({ code: "not_found" }, { status: 404 }));
  const renewing = (error_description) => (_, url) =>
    url.includes("/oauth2/") ? json({ error: "invalid_grant", error_description }, { status: 400 }) : json({}, { status: 401 });
  const causes = [
    ["service_without_access", asService, service],
    ["app_not_authorized", denied("unauthorized_client", "This app is not authorized"), service],
    ["scope_missing", refused(403, "insufficient_scope")],
    ["origin_not_listed", refused(403, "cors_origin_not_whitelisted")],
    ["clock_wrong", denied("invalid_grant", "Please check the 'exp' claim."), service],
    ["developer_token_expired", () => json({}, { status: 401 })],
    ["session_revoked", renewing("Refresh token has expired"), person],
    ["token_raced", renewing("Invalid refresh token"), person],
    ["name_taken", refused(409, "item_name_in_use")],
    ["name_refused", refused(400, "item_name_invalid")],
    ["storage_full", refused(403, "storage_limit_exceeded")],
    ["item_in_trash", refused(404, "trashed")],
  ];
  for (const [name, answer, options] of causes) {
    const { hint, message } = await failed(answer, options);
    assert.equal(hint?.name, name, message);
    assert.ok(hint.text.length > 50 && hint.text.endsWith("."), name);
  }
  const lost = await failed(() => { throw new TypeError("lost"); });
  assert.ok(lost instanceof BoxNetworkError);
  assert.equal(lost.hint, undefined);
});
