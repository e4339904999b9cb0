// What is measured in the page: each function answers milliseconds.

const hosts = JSON.parse(import.meta.env.VITE_BOX_HOSTS);

/** From the beginning of the import to the first request. */
async function firstRequest() {
  const start = performance.now();
  const { BoxClient } = await import("box-wasm");
  return new Promise((resolve, reject) => {
    const send = async () => {
      resolve(performance.now() - start);
      return new Response("{}");
    };
    const box = new BoxClient({ auth: { accessToken: "token" }, hosts, fetch: send });
    box.users.me().catch(reject);
  });
}

/** From the abortion of a call to its rejection, when `waits` says that the call is where it should be. */
async function abortion(send, waits) {
  const { BoxClient } = await import("box-wasm");
  const box = new BoxClient({ auth: { accessToken: "token" }, hosts, fetch: send });
  const controller = new AbortController();
  const rejected = box.users.me({}, { signal: controller.signal }).catch(() => performance.now());
  await waits;
  const start = performance.now();
  controller.abort();
  return (await rejected) - start;
}

/** With a request under way. */
function abortInFlight() {
  let sent;
  const waits = new Promise((resolve) => (sent = resolve));
  const send = (_, { signal }) =>
    new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
      sent();
    });
  return abortion(send, waits);
}

/** While it waits before it sends again. */
async function abortInBackOff() {
  const real = setTimeout;
  const waits = new Promise((resolve) => {
    window.setTimeout = (action, wait) => {
      if (wait > 10_000) resolve();
      return real(action, wait);
    };
  });
  const send = async () => new Response("", { status: 503, headers: { "retry-after": "60" } });
  const time = await abortion(send, waits);
  window.setTimeout = real;
  return time;
}

/** A client whose token is expired, and a call for each of these files. */
async function expired(files) {
  const { BoxClient } = await import("box-wasm");
  let asked = 0;
  const auth = async () => {
    asked += 1;
    return (await fetch("/token")).json();
  };
  const box = new BoxClient({ auth, hosts });
  await box.users.me();
  await fetch(`${hosts.control}/expire_tokens`, { method: "POST" });
  const start = performance.now();
  await Promise.all(files.map((id) => box.files.get(id)));
  if (asked !== 2) throw new Error(`the provider was asked ${asked} times`);
  return performance.now() - start;
}

Object.assign(window, { measures: { firstRequest, abortInFlight, abortInBackOff, expired } });
