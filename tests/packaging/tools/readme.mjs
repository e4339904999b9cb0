// Takes the TypeScript out of README files: `node readme.mjs FOLDER FILE...`.
//
// A fenced block whose info string begins with `ts` becomes a module of its own, `FOLDER/<file>-<line>.ts`, which must
// compile. With the info string `ts run` it is `FOLDER/<file>-<line>.run.ts` and is executed too, after
// tests/packaging/node/support/prelude.mjs. A block may be indented, as in a list.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The blocks of a text: where they begin, whether they run, and their lines. */
export function blocks(text) {
  const found = [];
  let open;
  for (const [at, line] of text.split("\n").entries()) {
    const fence = /^( *)```(.*)$/.exec(line);
    if (!fence) open?.lines.push(line.slice(Math.min(open.indent, line.search(/\S|$/))));
    else if (open) open = void found.push(open);
    else {
      const [language, ...marks] = fence[2].trim().split(/[\s,]+/);
      open = { language, run: marks.includes("run"), line: at + 1, indent: fence[1].length, lines: [] };
    }
  }
  if (open) throw new Error(`the block of line ${open.line} has no end`);
  return found.filter(({ language }) => language === "ts");
}

const [folder, ...files] = process.argv.slice(2);
if (folder) {
  mkdirSync(folder, { recursive: true });
  for (const file of files) {
    const name = file.replace(/\.md$/, "").replaceAll(/\W+/g, "-").toLowerCase();
    const all = blocks(readFileSync(file, "utf8"));
    if (!all.length) throw new Error(`${file} has no TypeScript`);
    for (const { run, line, lines } of all) {
      writeFileSync(join(folder, `${name}-${line}${run ? ".run" : ""}.ts`), [...lines, "export {};", ""].join("\n"));
    }
  }
}
