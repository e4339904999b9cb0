// Calls by fetch in Node, against the emulator. Run by `node --test`, told by the environment:
//
//   BOX_EMULATOR   the line of JSON that an emulator prints when it starts; a run needs a fresh one
//   BOX_WASM_PKG   path of `box_wasm.js`, as `wasm-bindgen --target nodejs` writes it

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { beforeEach, test } from 'node:test';

const emulator = JSON.parse(variable('BOX_EMULATOR'));
const { BoxClient } = createRequire(import.meta.url)(resolve(variable('BOX_WASM_PKG')));
const { api, upload, oauth2 } = emulator;

function variable(name) {
  const value = process.env[name];
  assert.ok(value, `${name} is not set`);
  return value;
}

function client(settings = {}) {
  const application = {
    clientId: emulator.client_id,
    clientSecret: emulator.client_secret,
    enterpriseId: emulator.enterprise_id,
  };
  return new BoxClient(JSON.stringify({ ...application, hosts: { api, upload, oauth2 }, ...settings }));
}

async function control(method, path, body) {
  const reply = await fetch(`${emulator.control}${path}`, { method, body: body && JSON.stringify(body) });
  assert.ok(reply.ok, `${path}: ${reply.status}`);
  return reply.json();
}

beforeEach(async () => {
  await control('POST', '/clear_faults');
  await control('POST', '/reset_counters');
});

test('client credentials sign in, once for all callers', async () => {
  const box = client();
  const users = await Promise.all([1, 2, 3].map(() => box.raw('GET', '/users/me')));
  for (const user of users) assert.equal(user.type, 'user');
  const { grants } = await control('GET', '/counters');
  assert.deepEqual(grants, { client_credentials: 1 });
});

test('a folder is listed', async () => {
  const box = client();
  const { id } = await box.raw('GET', '/users/me');
  await control('POST', '/seed', { user_id: id, files: 3 });
  const { entries } = await box.raw('GET', '/folders/0/items');
  const names = entries.map((entry) => entry.name);
  assert.deepEqual(names, ['seeded-00000.txt', 'seeded-00001.txt', 'seeded-00002.txt']);
});

test('an empty reply is null', async () => {
  const box = client();
  const { id } = await box.raw('GET', '/users/me');
  const { folders } = await control('POST', '/seed', { user_id: id, folders: 1 });
  assert.equal(await box.raw('DELETE', `/folders/${folders[0]}`), null);
});

test('content is handed over, and its host sees no token', async () => {
  const box = client();
  const { id } = await box.raw('GET', '/users/me');
  const folder = await control('POST', '/seed', { user_id: id, folders: 2 });
  const seed = { user_id: id, folder_id: folder.folders.at(-1), files: 1, file_size: 3_000_000 };
  const { files } = await control('POST', '/seed', seed);
  const response = await box.content(files[0]);
  assert.ok(response instanceof Response);
  let length = 0;
  for await (const chunk of response.body) length += chunk.length;
  assert.equal(length, 3_000_000);
  const { leaks, requests } = await control('GET', '/counters');
  assert.equal(requests['download.content'], 1);
  assert.deepEqual(leaks, {});
});

test('a refusal has its status and code', async () => {
  const error = await client().raw('GET', '/folders/404404').catch((error) => error);
  assert.ok(error instanceof Error);
  const { name, kind, status, code, requestId } = error;
  assert.deepEqual({ name, kind, status, code }, { name: 'BoxError', kind: 'api', status: 404, code: 'not_found' });
  assert.match(requestId, /./);
});

test('an expired token is refreshed once for all callers', async () => {
  const box = client();
  await box.raw('GET', '/users/me');
  await control('POST', '/expire_tokens');
  await Promise.all([1, 2, 3, 4, 5].map(() => box.raw('GET', '/users/me')));
  const { grants, statuses } = await control('GET', '/counters');
  assert.deepEqual(grants, { client_credentials: 2 });
  assert.equal(statuses['users.me'][200], 6);
});

test('a token that nothing renews asks for a sign-in', async () => {
  await control('POST', '/expire_tokens');
  const box = client({ enterpriseId: null, accessToken: emulator.developer_token });
  await assert.rejects(box.raw('GET', '/users/me'), { kind: 'sign_in_needed' });
});

for (const [what, fault] of [
  ['before its head', { kind: 'drop' }],
  ['within its body', { kind: 'truncate', bytes: 5 }],
]) {
  test(`a reply that is lost ${what} is asked for again`, async () => {
    await control('POST', '/fail', { operation: 'users.me', ...fault });
    const user = await client().raw('GET', '/users/me');
    assert.equal(user.type, 'user');
    const { requests } = await control('GET', '/counters');
    assert.equal(requests['users.me'], 2);
  });
}

test('a call ends at its deadline, and its request with it', async () => {
  const box = client();
  await box.raw('GET', '/users/me');
  await control('POST', '/fail', { operation: 'users.me', kind: 'delay', delay_ms: 60_000 });
  const signals = [];
  const { fetch } = globalThis;
  globalThis.fetch = (url, init) => {
    signals.push(init.signal);
    assert.equal(init.signal.aborted, false);
    return fetch(url, init);
  };
  try {
    await assert.rejects(box.raw('GET', '/users/me', 100), { kind: 'timeout' });
  } finally {
    globalThis.fetch = fetch;
  }
  assert.deepEqual(signals.map((signal) => signal.aborted), [true]);
});

test('impossible settings and paths are refused', async () => {
  for (const settings of [{ clientID: 'x' }, { enterpriseId: null }, { hosts: { api: 'x', upload, oauth2 } }]) {
    assert.throws(() => client(settings), { name: 'BoxError', kind: 'invalid_input' });
  }
  await assert.rejects(client().raw('GET', 'users/me'), { kind: 'invalid_input', status: undefined });
});
