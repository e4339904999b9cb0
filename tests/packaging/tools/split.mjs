// Splits a module: `split.mjs MODULE FOLDER` writes box.wasm, what pages use day by day; transfers.wasm, what uploads and
// downloads use besides; and rest.wasm. The parts share memory, table and stack of the first.
//
// What is used is found out by trying: an instance whose functions note that they ran carries a script out. Where a part calls
// what another has, a stub stands: a call by the table, which traps until the other part is there.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { called, lines, read } from "./split/text.mjs";
import { days, transfers } from "./split/script.mjs";

/** Lines of a function that stays where it may be called: a stub costs as much, and it packs worse apart from its likes. */
const SMALL = 35;

const [from, to] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "split-"));
const features = ["bulk-memory", "mutable-globals", "sign-ext", "nontrapping-float-to-int", "multivalue", "reference-types"];

function tool(name, ...args) {
  const path = fileURLToPath(new URL(`../node_modules/.bin/${name}`, import.meta.url));
  const flags = features.map((feature) => `--enable-${feature}`);
  return execFileSync(path, [...flags, ...args], { encoding: "utf8", maxBuffer: 2 ** 28 });
}

function assemble(name, parts) {
  const [text, module] = ["wat", "wasm"].map((kind) => join(folder, `${name}.${kind}`));
  writeFileSync(text, parts.join("\n"));
  tool("wasm-as", "-g", text, "-o", module);
  return module;
}

const { functions, around, memory, table, stack } = read(tool("wasm-dis", from, "-o", "-"));

/** A module whose functions note that they run. */
function noting() {
  const names = [...functions.keys()];
  // Notes lie behind the memory that the module knows.
  const notes = memory.pages * 65536;
  const written = names.map((name, at) => {
    const { head, locals, code } = functions.get(name);
    return lines({ head, locals, code: [`  (i32.store8 (i32.const ${notes + at}) (i32.const 1))`, ...code] });
  });
  const more = around.map((part) => (part === memory.part ? part.replace(/ \d+/, ` ${memory.pages + 1}`) : part));
  const module = new WebAssembly.Module(readFileSync(assemble("noting", [more.join(""), ...written, ")"])));
  return (script) => {
    const { exports } = new WebAssembly.Instance(module);
    script(exports);
    const noted = new Uint8Array(exports.memory.buffer, notes, names.length);
    return names.filter((_, at) => noted[at]);
  };
}

const used = noting();
const exported = around.flatMap((part) => /^ \(export \S+ \(func (\S+?)\)\)/.exec(part)?.[1] ?? []);
const inTable = around.filter((part) => part.startsWith(" (elem")).flatMap((part) => part.match(/\$[^\s)]+/g));
const parts = new Map();
for (const [part, names, callable] of [["box", [...exported, ...used(days)], inTable], ["transfers", used(transfers), []]]) {
  const own = new Set(names.filter((name) => !parts.has(name)));
  for (let before = -1; before !== own.size; ) {
    before = own.size;
    for (const name of [...callable, ...[...own].flatMap((name) => [...called(functions.get(name))])]) {
      if (functions.get(name)?.code.length <= SMALL && !parts.has(name)) own.add(name);
    }
  }
  for (const name of own) parts.set(name, part);
}
for (const name of functions.keys()) if (!parts.has(name)) parts.set(name, "rest");

/** What the functions of a part call that another has; the first part has the table, too. */
function foreign(part) {
  const own = [...functions].filter(([name]) => parts.get(name) === part);
  const names = own.flatMap(([, fn]) => [...called(fn)]).concat(part === "box" ? inTable : []);
  return new Set(names.filter((name) => functions.has(name) && parts.get(name) !== part));
}

const names = ["box", "transfers", "rest"];
const wanted = new Set(names.flatMap((part) => [...foreign(part)]));
// The places of stubs come after those that the table has, part by part.
const places = ["transfers", "rest"].flatMap((part) => [...wanted].filter((name) => parts.get(name) === part));
const place = (name) => table.size + places.indexOf(name);
const size = table.size + places.length;
const shared = [...wanted].filter((name) => parts.get(name) === "box").map((name, at) => [name, at.toString(36)]);

function stub(name) {
  const { head, type, params } = functions.get(name);
  const given = params.map((param) => `(local.get ${param})`);
  return `${head}\n  (call_indirect ${table.name} ${type} ${given.join(" ")} (i32.const ${place(name)}))\n )`;
}

/** The functions of a part, with stubs for those of others. */
function inner(part) {
  const own = [...functions].filter(([name]) => parts.get(name) === part).map(([, fn]) => lines(fn));
  const stubs = [...foreign(part)].filter((name) => parts.get(name) !== "box").map(stub);
  return [...stubs, ...own, ")"];
}

function first() {
  return assemble("box", [
    around.map((part) => (part === table.part ? ` (table ${table.name} ${size} ${size} funcref)\n` : part)).join(""),
    ` (export "T" (table ${table.name}))`,
    ` (export "S" (global ${stack.name}))`,
    ...shared.map(([name, short]) => ` (export "${short}" (func ${name}))`),
    ...inner("box"),
  ]);
}

function other(part) {
  const needed = foreign(part);
  const imported = shared.filter(([name]) => needed.has(name));
  const own = places.filter((name) => parts.get(name) === part);
  return assemble(part, [
    "(module",
    ...around.filter((text) => /^ \((type|rec)/.test(text)),
    ` (import "p" "memory" (memory ${memory.name} ${memory.pages}))`,
    ` (import "p" "T" (table ${table.name} ${size} ${size} funcref))`,
    ` (import "p" "S" (global ${stack.name} (mut i32)))`,
    ...imported.map(([name, short]) => ` (import "p" "${short}" (func ${name} ${functions.get(name).type}))`),
    ` (elem (i32.const ${place(own[0])}) ${own.join(" ")})`,
    ...inner(part),
  ]);
}

const apart = ["always", "one-caller", "flexible"].flatMap((which) => [`--${which}-inline-max-function-size`, "0"]);
for (const part of names) {
  const module = part === "box" ? first() : other(part);
  tool("wasm-opt", "-Oz", ...apart, "--strip-debug", "--strip-producers", "--strip-target-features", module, "-o", join(to, `${part}.wasm`));
}
rmSync(folder, { recursive: true });
