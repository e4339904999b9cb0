// What the README's examples find when they run: Box is the emulator, `box` is a client of it, the environment has the
// emulator's credentials, and the application's server answers `/box-token`.

import { BoxClient } from "box-wasm";

import { control, emulator, fetchToken } from "./emulator.mjs";

const { api, upload, oauth2, download } = emulator;
const content = "https://dl.boxcloud.com";
const places = [
  [content, download],
  ["https://upload.box.com/api", upload],
  ["https://account.box.com/api/oauth2", oauth2],
  ["https://api.box.com", api],
];

await control("/reset", {});
const { fetch } = globalThis;
globalThis.fetch = async (input, init) => {
  if (input === "/box-token") return Response.json(await fetchToken());
  const [from, to] = places.find(([from]) => String(input).startsWith(from)) ?? ["", ""];
  const reply = await fetch(to + String(input).slice(from.length), init);
  const location = reply.headers.get("location");
  if (!location) return reply;
  return new Response(null, { status: reply.status, headers: { location: location.replace(download, content) } });
};
Object.assign(process.env, {
  BOX_CLIENT_ID: emulator.client_id,
  BOX_CLIENT_SECRET: emulator.client_secret,
  BOX_ENTERPRISE_ID: emulator.enterprise_id,
  BOX_USER_ID: emulator.user_id,
  BOX_ACCESS_TOKEN: emulator.developer_token,
});
globalThis.box = new BoxClient({ auth: () => fetchToken() });
