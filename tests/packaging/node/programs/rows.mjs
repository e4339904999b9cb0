// Prints the families whose rows are loaded when the calls that its arguments name have been made.

import { register } from "node:module";
import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";

const HOOKS = `
  let port;
  export const initialize = (given) => void (port = given);
  export const load = (url, context, next) => (port.postMessage(url), next(url, context));
`;
const { port1, port2 } = new MessageChannel();
register(`data:text/javascript,${encodeURIComponent(HOOKS)}`, { data: port2, transferList: [port2] });
port1.unref();

const { BoxClient } = await import("box-wasm");
const box = new BoxClient({ auth: { accessToken: "t" }, fetch: async () => new Response("{}") });
for (const name of process.argv.slice(2)) {
  const [group, method] = name.split(".");
  await box[group][method](...(method === "me" ? [] : ["1"]));
}

const families = [];
for (let seen; (seen = receiveMessageOnPort(port1)); ) {
  const [, family] = /\/rows\/(?!index)(\w+)\.js$/.exec(seen.message) ?? [];
  if (family) families.push(family);
}
console.log(JSON.stringify(families.sort()));
