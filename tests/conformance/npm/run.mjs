// Sends every call of the npm package to the recorder: `node run.mjs PORT OPERATIONS`, in a project that has the package.

import { readFileSync } from "node:fs";
import process, { argv } from "node:process";

import { BoxClient } from "box-wasm";

import { calls } from "../built/calls/index.js";

const [port, file] = argv.slice(2);
const known = new Map(calls);
const lines = readFileSync(file, "utf8").split("\n").filter((line) => line && !line.startsWith("#"));
let [passed, failed] = [0, 0];

for (const [action, id, host] of lines.map((line) => line.split(" "))) {
  for (const amount of ["required", "every"]) {
    // What has nothing optional has one call for both.
    const call = known.get(`${action} ${amount}`) ?? known.get(`${action} required`);
    const base = `http://127.0.0.1:${port}/npm/${encodeURIComponent(id)}/${amount}/${host}`;
    const hosts = { api: base, upload: base, oauth2: base };
    try {
      await call(new BoxClient({ auth: { accessToken: "token" }, hosts, retry: { maxAttempts: 1 } }));
      passed += 1;
    } catch (error) {
      console.log(`npm ${action} ${amount}: ${error}`);
      failed += 1;
    }
  }
}

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
