// Splits a module: `split.mjs MODULE FIRST REST` leaves in FIRST what pages use day by day, and moves all other functions
// into REST, which shares memory, table and stack with it.
//
// What is used day by day is found out by trying: an instance whose functions note that they ran carries a script out.
// A function that has moved leaves a stub where FIRST calls it: a call by the table, which traps until REST is there.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { called, lines, read } from "./split/text.mjs";
import { script } from "./split/script.mjs";

/** Lines of a function that stays where it may be called: a stub costs as much, and it packs worse apart from its likes. */
const SMALL = 100;

const [from, firstPath, restPath] = process.argv.slice(2);
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

/** The functions that run when the script is carried out. */
function used() {
  const names = [...functions.keys()];
  // Notes lie behind the memory that the module knows.
  const notes = memory.pages * 65536;
  const noting = names.map((name, at) => {
    const { head, locals, code } = functions.get(name);
    return lines({ head, locals, code: [`  (i32.store8 (i32.const ${notes + at}) (i32.const 1))`, ...code] });
  });
  const more = around.map((part) => (part === memory.part ? part.replace(/ \d+/, ` ${memory.pages + 1}`) : part));
  const module = new WebAssembly.Module(readFileSync(assemble("noting", [more.join(""), ...noting, ")"])));
  const { exports } = new WebAssembly.Instance(module);
  script(exports);
  const noted = new Uint8Array(exports.memory.buffer, notes, names.length);
  return names.filter((_, at) => noted[at]);
}

const exported = around.flatMap((part) => /^ \(export \S+ \(func (\S+?)\)\)/.exec(part)?.[1] ?? []);
const stays = new Set([...exported, ...used()]);
const inTable = new Set(around.filter((part) => part.startsWith(" (elem")).flatMap((part) => part.match(/\$[^\s)]+/g)));
for (let before = 0; before !== stays.size; ) {
  before = stays.size;
  const callable = new Set([...inTable, ...[...stays].flatMap((name) => [...called(functions.get(name))])]);
  for (const name of callable) if (functions.get(name)?.code.length <= SMALL) stays.add(name);
}

const [left, shared] = [new Set([...inTable].filter((name) => functions.has(name) && !stays.has(name))), new Set()];
for (const [name, fn] of functions) {
  for (const callee of called(fn)) {
    if (stays.has(name) && !stays.has(callee)) left.add(callee);
    if (!stays.has(name) && stays.has(callee)) shared.add(callee);
  }
}

// The places of stubs come after those that the table has.
const size = table.size + left.size;
const stubs = [...left].map((name, at) => {
  const { head, type, params } = functions.get(name);
  const given = params.map((param) => `(local.get ${param})`);
  return `${head}\n  (call_indirect ${table.name} ${type} ${given.join(" ")} (i32.const ${table.size + at}))\n )`;
});
const named = [...shared].map((name, at) => ({ short: at.toString(36), name, type: functions.get(name).type }));
const written = (names) => [...functions].filter(([name]) => names(name)).map(([, fn]) => lines(fn));
const first = assemble("first", [
  around.map((part) => (part === table.part ? ` (table ${table.name} ${size} ${size} funcref)\n` : part)).join(""),
  ` (export "T" (table ${table.name}))`,
  ` (export "S" (global ${stack.name}))`,
  ...named.map(({ short, name }) => ` (export "${short}" (func ${name}))`),
  ...stubs,
  ...written((name) => stays.has(name)),
  ")",
]);
const rest = assemble("rest", [
  "(module",
  ...around.filter((part) => /^ \((type|rec)/.test(part)),
  ` (import "p" "memory" (memory ${memory.name} ${memory.pages}))`,
  ` (import "p" "T" (table ${table.name} ${size} ${size} funcref))`,
  ` (import "p" "S" (global ${stack.name} (mut i32)))`,
  ...named.map(({ short, name, type }) => ` (import "p" "${short}" (func ${name} ${type}))`),
  ` (elem (i32.const ${table.size}) ${[...left].join(" ")})`,
  ...written((name) => !stays.has(name)),
  ")",
]);
const apart = ["always", "one-caller", "flexible"].flatMap((which) => [`--${which}-inline-max-function-size`, "0"]);
for (const [module, path] of [[first, firstPath], [rest, restPath]]) {
  tool("wasm-opt", "-Oz", ...apart, "--strip-debug", "--strip-producers", "--strip-target-features", module, "-o", path);
}
rmSync(folder, { recursive: true });
