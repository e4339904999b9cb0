// Promises that tests wait for instead of sleeping.

import assert from "node:assert/strict";

/** What a promise rejects with. */
export function failure(promise) {
  return Promise.resolve(promise).then(
    (value) => assert.fail(`it should have failed, and gave ${JSON.stringify(value)}`),
    (error) => error,
  );
}

/** All that an iterable yields. */
export async function all(iterable) {
  const found = [];
  for await (const value of iterable) found.push(value);
  return found;
}

/** A promise and what settles it. */
export function gate() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
}

/** A `fetch` that answers nothing until it is aborted, and tells of each request. */
export function hanging() {
  const requests = [];
  const begun = gate();
  const fetch = (url, init) =>
    new Promise((_, reject) => {
      init.signal.addEventListener("abort", () => reject(init.signal.reason));
      requests.push({ url, init });
      begun.resolve();
    });
  return { fetch, requests, begun: begun.promise };
}

/** A `fetch` whose replies a function gives. */
export function answering(answer) {
  const requests = [];
  const fetch = async (url, init) => {
    requests.push({ url, ...init });
    return answer(requests.length, url, init);
  };
  return { fetch, requests };
}

/** A reply of JSON. */
export const json = (value, init) => new Response(JSON.stringify(value), init);
