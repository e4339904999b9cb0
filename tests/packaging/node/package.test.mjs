// What is in the package.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const file = fileURLToPath(import.meta.resolve("box-wasm/package.json"));
const folder = dirname(file);
const manifest = JSON.parse(readFileSync(file, "utf8"));
const files = readdirSync(folder, { recursive: true }).filter((path) => statSync(join(folder, path)).isFile());
const text = (path) => readFileSync(join(folder, path), "utf8");

test("it depends on nothing and runs nothing when it is installed", () => {
  const kinds = ["dependencies", "peerDependencies", "optionalDependencies", "bundledDependencies"];
  for (const name of [...kinds, "scripts", "gypfile"]) assert.equal(manifest[name], undefined, name);
  assert.deepEqual([manifest.type, manifest.sideEffects], ["module", false]);
});

test("types come first in every export, and every target is there", () => {
  const targets = [];
  for (const [name, target] of Object.entries(manifest.exports)) {
    if (typeof target === "object") assert.equal(Object.keys(target)[0], "types", name);
    targets.push(...(typeof target === "object" ? Object.values(target) : [target]));
  }
  for (const target of Object.values(manifest.imports)) targets.push(...Object.values(target));
  assert.ok(targets.length >= 7);
  for (const target of targets) assert.ok(existsSync(join(folder, target)), target);
});

test("nothing stands in it that nobody needs", () => {
  const tops = new Set(files.map((path) => path.split("/")[0]));
  const texts = ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "README.md"];
  assert.deepEqual([...tops].sort(), [...texts, "dist", "package.json"]);
  const kinds = new Set(files.filter((path) => path.startsWith("dist/")).map((path) => path.replace(/^[^.]*/, "")));
  const platforms = [".node.d.ts", ".node.js", ".workerd.d.ts", ".workerd.js"];
  assert.deepEqual([...kinds].sort(), [".d.ts", ".js", ...platforms, ".wasm"].sort());
});

test("no type is an open door", () => {
  const types = files.filter((path) => path.endsWith(".d.ts"));
  assert.ok(types.length > 20);
  for (const path of types) assert.doesNotMatch(text(path), /(:|<|\|) *any\b/, path);
});

test("what is internal has no types", () => {
  assert.doesNotMatch(text("dist/client.d.ts"), /constructor|callerOf/);
});

test("the module imports nothing, and its other parts nothing but what is the module's", async () => {
  const [box, ...others] = ["box", "transfers", "rest"].map((name) => new WebAssembly.Module(readFileSync(join(folder, `dist/wasm/${name}.wasm`))));
  assert.deepEqual(WebAssembly.Module.imports(box), []);
  const exports = WebAssembly.Module.exports(box).map(({ name, kind }) => `${kind} ${name}`);
  for (const name of ["function input", "function output", "function run", "memory memory"]) assert.ok(exports.includes(name), name);
  for (const other of others) {
    for (const { module, name, kind } of WebAssembly.Module.imports(other)) {
      assert.ok(module === "p" && exports.includes(`${kind} ${name}`), name);
    }
    assert.deepEqual(WebAssembly.Module.exports(other), []);
  }
});

test("a module in JavaScript is the one in its file", async () => {
  const { unpack } = await import(join(folder, "dist/unpack.js"));
  for (const name of ["box", "hash", "rest", "transfers"]) {
    const { module } = await import(join(folder, `dist/wasm/${name}.js`));
    const unpacked = new Uint8Array(await unpack(module));
    assert.ok(Buffer.from(unpacked).equals(readFileSync(join(folder, `dist/wasm/${name}.wasm`))), name);
  }
});

test("the README shows the route of the page's server as it is tested", () => {
  const read = (name) => readFileSync(join(process.env.BOX_ROOT, name), "utf8");
  const [, block] = /^ *```js\n(.*?)^ *```$/ms.exec(read("box-wasm/js/README.md")) ?? [];
  const route = block.replace(/^ {3}/gm, "");
  assert.ok(route.split("\n").length <= 16 && route.includes("client_secret"), route);
  assert.ok(read("tests/browser/server.mjs").includes(route));
});
