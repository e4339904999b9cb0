// What a visitor's browser loads of the package in target/npm/box-wasm, in bytes packed with brotli. With `--files`
// also what it consists of. That these files are loaded and no others is a test: stories/shapes.mjs.
import { shape, shapes, sum } from "./support/shapes.mjs";

const sizes = {};
for (const name of shapes) {
  const { files } = await shape(name);
  const words = name.replace("-", " ");
  sizes[`app ${words}`] = sum(files, "loaded");
  sizes[`app ${words} with all rows`] = sum(files, "loaded", "rows");
  sizes[`app ${words} spare`] = sum(files, "spare");
  if (process.argv.includes("--files")) for (const file of files) console.error(JSON.stringify({ shape: words, ...file }));
}
console.log(JSON.stringify(sizes));
