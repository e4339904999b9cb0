import { usage } from "./error.js";
import type { BoxTokenLock, BoxTokenStore, StoredTokens } from "./store.js";
import { emptied, generationOf, isNewer } from "./tabs/held.js";
import { change, read } from "./tabs/kept.js";
import { type Hold, take } from "./tabs/lock.js";
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
 * them, and whoever comes later has the token from the others. The name stands for whom the client acts: tokens of
 * another user must not be shared.
 *
 * ```ts
 * import { BoxClient } from "box-wasm";
 * import { tabStore } from "box-wasm/tabs";
 *
 * const box = new BoxClient({ auth: provider, store: tabStore("user-42") });
 * ```
 *
 * Tokens live in memory, and go from tab to tab over a `BroadcastChannel`, which every script of the origin can hear.
 * Refresh tokens are refused: keep them on a server. When the user leaves, `clear()` makes all tabs forget theirs.
 *
 * One tab at a time asks for a token (Web Locks). A lock that is held for ten seconds is taken from its holder, which may
 * be frozen. Without Web Locks (pages that are not served by https, old browsers) several tabs may ask at the same time;
 * each ends with a good token, and the newest is told to all. Without `BroadcastChannel` each has its own.
 */
export function tabStore(name: string, { keep = false }: TabStoreOptions = {}): BoxTokenStore {
  /** The newest generation that clients of this store have been given. */
  let given = 0;
  /** What they had been given when they asked for the lock: that wasn't good enough. */
  let known = 0;
  let fence = 0;
  const holds = new Map<number, Hold>();
  const give = (tokens: StoredTokens | undefined) => {
    given = Math.max(given, generationOf(tokens));
    return tokens;
  };
  // Those who have tokens are asked for them now, while the client is still being loaded.
  shelf(name);

  return {
    stealAfter: 10_000,

    async load() {
      const memory = shelf(name);
      if (keep) memory.take(await read(name));
      await memory.settle(known);
      return give(memory.held) ?? null;
    },

    async store(tokens, expected) {
      if (tokens.refreshToken) {
        throw usage("tabStore keeps no refresh tokens, which every script of the page could take: keep them on a server");
      }
      const memory = shelf(name);
      const conflicts = (held: StoredTokens | undefined) =>
        generationOf(held) !== expected.generation || holds.get(expected.fence)?.stolen;
      if (conflicts(memory.held)) return false;
      if (keep && !(await kept(name, (kept) => (conflicts(newer(kept, memory.held)) ? undefined : tokens)))) {
        return false;
      }
      await memory.put(tokens);
      give(tokens);
      return true;
    },

    async clear() {
      const memory = shelf(name);
      const nothing = emptied(memory.held);
      give(nothing);
      await memory.put(nothing);
      if (keep) await kept(name, (kept) => newer(emptied(kept), nothing));
    },

    async lock({ steal, limit }): Promise<BoxTokenLock | null> {
      const before = given;
      const hold = await take(name, steal, limit);
      known = before;
      if (!hold) return null;
      const mine = ++fence;
      holds.set(mine, hold);
      const release = () => {
        holds.delete(mine);
        hold.release();
      };
      return { release, takenOver: steal, fence: mine };
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

/** Changes what is kept. A database that can't be used, or is full, is done without: whether it was changed, or can't be. */
async function kept(name: string, decide: (kept: StoredTokens | undefined) => StoredTokens | undefined): Promise<boolean> {
  let next: StoredTokens | undefined;
  return change(name, (kept) => (next = decide(kept))).then(
    () => next !== undefined,
    () => true,
  );
}
