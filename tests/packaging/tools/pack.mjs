// Writes each module of a folder into JavaScript beside it: gzip in base64, for where the file itself can't be loaded.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const [folder] = process.argv.slice(2);
for (const file of readdirSync(folder).filter((file) => file.endsWith(".wasm"))) {
  const packed = gzipSync(readFileSync(join(folder, file)), { level: 9 }).toString("base64");
  writeFileSync(join(folder, file.replace(/wasm$/, "js")), `export const module = "${packed}";\n`);
}
