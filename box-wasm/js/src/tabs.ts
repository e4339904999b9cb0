import { usage } from "./error.js";
import type { BoxTokenLock, BoxTokenStore, StoredTokens } from "./store.js";
import { emptied, generationOf, isNewer } from "./tabs/held.js";
import { change, read } from "./tabs/kept.js";
import { take } from "./tabs/lock.js";
import { shelf } from "./tabs/shelf.js";

export type { BoxTokenLock, BoxTokenStore, StoredTokens } from "./store.js";

/** What may be set for the store of all tabs. */
export interface TabStoreOptions {
  /**
   * Keeps the access token in IndexedDB as well, so that a page which is opened when all others are closed needs no new
   * one. Every script of the origin can read it there, also after the visit, until it ends: leave this out where scripts
   * of others run.
   */
  keep?: boolean;
}

/**
 * A store that all tabs and workers of an origin share, for tokens that a provider gives: it is asked once for all of
 * them, and whoever comes later has the token from the others. The name stands for whom the client acts, since tokens
 * of one user must not be another's.
 *
 * ```ts
 * import { BoxClient } from "box-wasm";
 * import { tabStore } from "box-wasm/tabs";
 *
 * const auth = async () => (await fetch("/box-token", { method: "POST" })).json();
 * const box = new BoxClient({ auth, store: tabStore("user-42") });
 * ```
 *
 * Tokens live in memory, and go from tab to tab over a `BroadcastChannel`, which every script of the origin can hear.
 * Refresh tokens are refused: keep them on a server. When the user leaves, `clear()` makes all tabs forget theirs.
 *
 * One tab at a time asks for a token (Web Locks). When it is frozen or hangs, another takes its place after ten seconds:
 * a provider that takes longer may be asked again by another tab.
 * Have the provider ask by POST, or with `cache: "no-store"`: of several requests that read the same address, browsers
 * let one wait for the other, also if that is a frozen tab's.
 *
 * Where Web Locks are missing (pages without https, old browsers) several tabs may ask at the same time; each ends up
 * with a good token, and learns of the others'. Where `BroadcastChannel` is missing, each page has tokens of its own.
 */
export function tabStore(name: string, { keep = false }: TabStoreOptions = {}): BoxTokenStore {
  /** The newest generation that clients of this store have been given. */
  let given = 0;
  /** What they had been given when they asked for the lock: that wasn't good enough. */
  let known = 0;
  const give = (tokens: StoredTokens | undefined) => {
    given = Math.max(given, generationOf(tokens));
    return tokens;
  };
  // Those who have tokens are asked for them now, while the client is still being loaded. A server that makes the page
  // may never use the store.
  if (typeof location === "object") shelf(name);

  return {
    stealAfter: 10_000,
    keepsRefreshTokens: false,

    async load() {
      const memory = shelf(name);
      if (keep) memory.take(await read(name));
      await memory.settle(known);
      return give(memory.held) ?? null;
    },

    async store(tokens, expected) {
      if (tokens.refreshToken) {
        throw usage("tabStore takes no refresh tokens, which every script of the page could read: keep them on a server");
      }
      const memory = shelf(name);
      const conflicts = (held: StoredTokens | undefined) => generationOf(held) !== expected.generation;
      if (conflicts(memory.held)) return false;
      const next = (kept: StoredTokens | undefined) => (conflicts(newer(kept, memory.held)) ? undefined : tokens);
      if (keep && !(await replace(name, next))) return false;
      await memory.put(tokens);
      give(tokens);
      return true;
    },

    async clear() {
      const memory = shelf(name);
      // Others forget only what is theirs, and is older: a page that has just begun asks them first.
      if (keep) memory.take(await read(name));
      await memory.settle(given);
      const nothing = emptied(memory.held);
      give(nothing);
      await memory.put(nothing);
      if (keep) await replace(name, (kept) => newer(emptied(kept), nothing));
    },

    async lock({ steal, limit }): Promise<BoxTokenLock | null> {
      const before = given;
      const hold = await take(name, steal, limit);
      known = before;
      return hold && { release: () => hold.release(), takenOver: steal };
    },

    listen(news) {
      return shelf(name).listen((tokens) => {
        give(tokens);
        news(tokens);
      });
    },
  };
}

const newer = (one: StoredTokens | undefined, other: StoredTokens | undefined) => (isNewer(one, other) ? one : other);

/**
 * Replaces what is kept, unless that isn't wanted: whether it was replaced. A database that can't be used, or is full, is
 * done without.
 */
async function replace(
  name: string,
  decide: (kept: StoredTokens | undefined) => StoredTokens | undefined,
): Promise<boolean> {
  let next: StoredTokens | undefined;
  return change(name, (kept) => (next = decide(kept))).then(
    () => next !== undefined,
    () => true,
  );
}
