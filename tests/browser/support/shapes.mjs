// Two shapes of applications, built by Vite, and what they weigh.
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

import { project } from "./project.mjs";
import { build } from "./site.mjs";

/** Names of folders in shapes. */
export const shapes = ["first-list", "whole-client"];

/** What is loaded when a client is observed, changed or closed, when a call fails, by actions that answer content, for
 * sign-ins, stores, keys and derived clients, and with the module's rest. */
const seldom = /^(authorize|close|derived|events|handed|hints|key|middleware|rest|session)-/;
/** Lists don't need the module's part for transfers. */
const notForLists = /^transfers-/;

/** Builds a shape: its folder, and its files with their sizes. */
export async function shape(name) {
  const source = fileURLToPath(new URL(`../shapes/${name}`, import.meta.url));
  const folder = await project(join("sizes", name), source);
  await build(folder);
  const assets = join(folder, "dist/assets");
  const marks = await unloaded(folder);
  const files = [];
  for (const file of (await readdir(assets)).sort()) {
    const bytes = await readFile(join(assets, file));
    const [marked = "loaded"] = Object.keys(marks).filter((kind) => marks[kind].some((mark) => bytes.includes(mark)));
    const kind = seldom.test(file) || (name === "first-list" && notForLists.test(file)) ? "seldom" : marked;
    files.push({ file, raw: bytes.length, brotli: brotli(bytes), kind });
  }
  return { folder, files };
}

/** What is loaded only where a module's file can't be, or by calls that these applications don't make: texts that tell. */
async function unloaded(folder) {
  const dist = join(folder, "node_modules/box-wasm/dist");
  const families = (await readdir(join(dist, "generated/rows"))).filter((name) => /^(?!index|folders).*\.js$/.test(name));
  const take = (paths, text) => Promise.all(paths.map(async (path) => text.exec(await readFile(join(dist, path), "utf8"))[1]));
  return {
    spare: await take(["wasm/box.js", "wasm/rest.js", "wasm/transfers.js"], /"(.+)"/),
    rows: await take(families.map((name) => `generated/rows/${name}`), /`([^`\n]+)/),
  };
}

function brotli(bytes) {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return brotliCompressSync(bytes, { params }).length;
}

/** The sum of what is loaded, spare, or rows of families that the application doesn't use. */
export function sum(files, ...kinds) {
  return files.filter((file) => kinds.includes(file.kind)).reduce((sum, { brotli }) => sum + brotli, 0);
}
