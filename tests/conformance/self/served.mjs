// `serve.mjs`, as clients find it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { folder } from "./spec.mjs";

const program = fileURLToPath(new URL("../serve.mjs", import.meta.url));

/** Starts it: its address, and what ends it. */
export async function serve() {
  const child = spawn(process.execPath, [program, "--documents", folder], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "exit");
  const failed = ended.then(([code]) => Promise.reject(new Error(`serve.mjs ended with ${code}`)));
  const [line] = await Promise.race([once(createInterface(child.stdout), "line"), failed]);
  failed.catch(() => {});
  const end = async () => {
    child.stdin.end();
    return (await ended)[0];
  };
  return { url: `http://127.0.0.1:${JSON.parse(line).port}`, end };
}
