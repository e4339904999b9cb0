// The emulator that the tests share, one test at a time. It is told by the environment:
//
//   BOX_EMULATOR   the line of JSON that an emulator prints when it starts
//   BOX_ROOT       the root of the repository

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { BoxClient } from "box-wasm";

import { open } from "./egress.mjs";

export const emulator = JSON.parse(variable("BOX_EMULATOR"));

const { api, upload, oauth2 } = emulator;
export const hosts = { api, upload, oauth2 };
for (const url of [api, upload, oauth2, emulator.download, emulator.control]) open(url);

/** The application that the emulator knows. */
export const application = { clientId: emulator.client_id, clientSecret: emulator.client_secret };
export const asUser = (userId = emulator.user_id) => ({ ...application, userId });

function variable(name) {
  const value = process.env[name];
  assert.ok(value, `${name} is not set`);
  return value;
}

/** A file of the repository. */
export const source = (path) => readFileSync(join(variable("BOX_ROOT"), path), "utf8");

/** Asks the control endpoint: GET without a body, else POST. */
export async function control(path, body) {
  const init = body ? { method: "POST", body: JSON.stringify(body) } : {};
  const reply = await fetch(emulator.control + path, init);
  assert.ok(reply.ok, `${path}: ${reply.status}`);
  return reply.json();
}

/** Lets an operation fail. */
export const fail = (operation, fault) => control("/fail", { operation, ...fault });

/** How often an operation was asked for, or changed something (`requests`, `effects`). */
export async function count(counter, operation) {
  const counters = await control("/counters");
  return counters[counter][operation] ?? 0;
}

/** A client, of the emulator's first user by client credentials if nothing else is said. */
export function client(options = {}) {
  return new BoxClient({ auth: asUser(), hosts, retry: { base: 1 }, ...options });
}

/** A client whose person has signed in on the authorize page. */
export async function signedIn(options = {}) {
  const box = client({ auth: application, ...options });
  await signIn(box);
  return box;
}

export async function signIn(box) {
  const { state } = await box.beginSignIn();
  const { code } = await control("/authorize", {});
  await box.finishSignIn(`https://app.test/back?code=${code}&state=${state}`, state);
}

/** A token as an application's server would fetch it. */
export async function fetchToken(userId = emulator.user_id) {
  const { client_id, client_secret } = emulator;
  const subject = { box_subject_type: "user", box_subject_id: userId };
  const body = new URLSearchParams({ grant_type: "client_credentials", client_id, client_secret, ...subject });
  const reply = await fetch(`${api}/oauth2/token`, { method: "POST", body });
  const { access_token: accessToken, expires_in: expiresIn } = await reply.json();
  return { accessToken, expiresIn };
}
