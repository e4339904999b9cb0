// Aborts a call in a back-off of a minute, and has nothing else to do.

import { BoxClient } from "box-wasm";

const controller = new AbortController();
const fetch = async () => {
  setImmediate(() => setImmediate(() => controller.abort()));
  return new Response("", { status: 503 });
};
const retry = { base: 60_000, cap: 60_000 };
const box = new BoxClient({ auth: { accessToken: "t" }, fetch, retry });
await box.users.me({}, { signal: controller.signal }).catch(({ kind }) => {
  console.log(kind === "cancelled" ? "aborted" : kind);
});
