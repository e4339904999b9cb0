// Two shapes of applications, built by Vite, and what they weigh.
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

import { project } from "./project.mjs";
import { build } from "./site.mjs";

/** Names of folders in shapes. */
export const shapes = ["first-list", "whole-client"];

/** Builds a shape: its folder, and its files with their sizes. */
export async function shape(name) {
  const source = fileURLToPath(new URL(`../shapes/${name}`, import.meta.url));
  const folder = await project(join("sizes", name), source);
  await build(folder);
  const assets = join(folder, "dist/assets");
  const packed = await spares(folder);
  const files = [];
  for (const file of (await readdir(assets)).sort()) {
    const bytes = await readFile(join(assets, file));
    const spare = packed.some((module) => bytes.includes(module));
    files.push({ file, raw: bytes.length, brotli: brotli(bytes), spare });
  }
  return { folder, files };
}

/** The modules in base64 that are loaded only where their files can't be. */
async function spares(folder) {
  const from = (name) => readFile(join(folder, "node_modules/box-wasm/dist/wasm", `${name}.js`), "utf8");
  const texts = await Promise.all(["box", "calls"].map(from));
  return texts.map((text) => /"(.+)"/.exec(text)[1]);
}

function brotli(bytes) {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return brotliCompressSync(bytes, { params }).length;
}

/** The sum of what is loaded, or of what is spare. */
export function sum(files, spare) {
  return files.filter((file) => file.spare === spare).reduce((sum, { brotli }) => sum + brotli, 0);
}
