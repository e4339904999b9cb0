// Measures a built package: `measure.mjs FOLDER` prints a JSON object of names and numbers.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const [folder] = process.argv.slice(2);
const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name));

const brotli = (bytes) =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

const sizes = {};
for (const name of ["box", "transfers", "rest", "hash"]) {
  const bytes = readFileSync(join(folder, `dist/wasm/${name}.wasm`));
  sizes[`wasm ${name} raw`] = bytes.length;
  sizes[`wasm ${name} gzip`] = gzipSync(bytes, { level: 9 }).length;
  sizes[`wasm ${name} brotli`] = brotli(bytes);
}
const scripts = files.filter((file) => file.endsWith(".js") && !file.includes("/wasm/"));
sizes["javascript brotli"] = sum(scripts.map((file) => brotli(readFileSync(file))));
sizes["package unpacked"] = sum(files.map((file) => readFileSync(file).length));
sizes["package files"] = files.length;
console.log(JSON.stringify(sizes));
