// The tools that tests/packaging installs, and where things are.
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";

/** The root of the repository. */
export const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Where everything of these tests is made. */
export const scratch = join(root, "target/browser");

const tools = join(root, "tests/packaging");
const require = createRequire(join(tools, "package.json"));

export const vite = await import(pathToFileURL(require.resolve("vite")).href);
export const { chromium } = require("playwright-core");

/** The compiler of TypeScript, a program for `node`. */
export const tsc = join(dirname(require.resolve("typescript/package.json")), "bin/tsc");

/** What a program prints; it throws what the program complains of. */
export async function output(program, args, cwd) {
  const options = { cwd, maxBuffer: 1 << 26 };
  const { stdout } = await promisify(execFile)(program, args, options).catch((error) => {
    throw new Error(`${program} ${args.join(" ")}\n${error.stdout}${error.stderr}`);
  });
  return stdout.trim();
}
