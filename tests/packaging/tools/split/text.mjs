// A module as binaryen writes it in text.

/** Its functions by name, and what is around them; of that, memory, table and the pointer to the stack. */
export function read(text) {
  const functions = new Map();
  const around = [];
  // The module's own end is left out.
  for (const part of text.slice(0, text.lastIndexOf(")")).split(/^(?= \()/m)) {
    const [, name] = /^ \(func (\S+)/.exec(part) ?? [];
    if (name) functions.set(name, body(part));
    else if (!/^ \(export "__/.test(part)) around.push(part);
  }
  const find = (begin) => around.find((part) => begin.test(part));
  const [memory, table, stack] = [find(/^ \(memory/), find(/^ \(table/), find(/^ \(global .*\(mut i32\)/)];
  const [, name, pages] = /(\$\S+) (\d+)/.exec(memory);
  const [, tableName, size] = /(\$\S+) (\d+)/.exec(table);
  return {
    functions,
    around,
    memory: { part: memory, name, pages: Number(pages) },
    table: { part: table, name: tableName, size: Number(size) },
    stack: { name: /(\$\S+)/.exec(stack)[1] },
  };
}

function body(part) {
  const [head, ...inner] = part.trimEnd().split("\n");
  const locals = inner.findIndex((line) => !line.startsWith("  (local $"));
  const params = [...head.matchAll(/\(param (\S+)/g)].map(([, name]) => name);
  const type = [...head.matchAll(/\((?:param|result)[^)]*\)/g)].map(([text]) => text.replace(/\$\S+ /, "")).join(" ");
  return { head, params, type, locals: inner.slice(0, locals), code: inner.slice(locals) };
}

/** A function as text. */
export const lines = ({ head, locals, code }) => [head, ...locals, ...code].join("\n");

/** The functions that a function calls by their names. */
export function called({ code }) {
  return new Set(code.flatMap((line) => /\(call (\S+?)\)?$/.exec(line)?.[1] ?? []));
}
