// Stores as an application would write them in an evening.

import { open, readFile, rename, rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** Tokens in memory, for all clients of this process. */
export function memoryStore() {
  let tokens;
  let last = Promise.resolve();
  return {
    calls: [],
    async load() {
      this.calls.push("load");
      return structuredClone(tokens);
    },
    async store(next, { generation }) {
      this.calls.push("store");
      if ((tokens?.generation ?? 0) !== generation) return false;
      tokens = structuredClone(next);
      return true;
    },
    async clear() {
      this.calls.push("clear");
      tokens = undefined;
    },
    async lock() {
      this.calls.push("lock");
      let release;
      const before = last;
      last = new Promise((resolve) => (release = resolve));
      await before;
      return { release };
    },
    get tokens() {
      return tokens;
    },
    set tokens(given) {
      tokens = given;
    },
  };
}

/** Tokens in a file, for all processes of this machine. */
export function fileStore(path) {
  const load = async () => {
    try {
      return JSON.parse(await readFile(path, "utf8"));
    } catch (thrown) {
      if (thrown.code === "ENOENT") return undefined;
      throw thrown;
    }
  };
  return {
    load,
    async store(tokens, { generation }) {
      if (((await load())?.generation ?? 0) !== generation) return false;
      const file = await open(`${path}.new`, "w", 0o600);
      await file.writeFile(JSON.stringify(tokens));
      await file.sync();
      await file.close();
      await rename(`${path}.new`, path);
      return true;
    },
    clear: () => rm(path, { force: true }),
    async lock({ limit }) {
      for (const until = Date.now() + limit; Date.now() < until; await sleep(5)) {
        try {
          await (await open(`${path}.lock`, "wx")).close();
          return { release: () => rm(`${path}.lock`, { force: true }).catch(() => {}) };
        } catch (thrown) {
          if (thrown.code !== "EEXIST") throw thrown;
        }
      }
      return null;
    },
  };
}
