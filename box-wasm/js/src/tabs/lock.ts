import { turn } from "./turns.js";

/** A lock that is held, until it is given back or another takes it. */
export interface Hold {
  release(): void;
}

/** Those of the platform, if it has some. */
export const locks = () => (globalThis.navigator as Navigator | undefined)?.locks as LockManager | undefined;

/** How to come by a lock: wait for it, take it if it is free, or take it from whoever holds it. */
export type Way = "wait" | "now" | "steal";

/**
 * Takes the lock of a name, which all tabs and workers of the origin share. `null`: the time is over. Where the platform
 * has no locks, those of this page or worker share it.
 */
export async function take(name: string, steal: boolean, limit: number): Promise<Hold | null> {
  return steal ? theft(name, limit) : get(`box-wasm:lock:${name}`, "wait", limit);
}

/**
 * Many may lose patience at the same moment, and must not take the lock from each other while they ask for tokens: one
 * does, and the others wait for it, unless it takes as long as the one before.
 */
async function theft(user: string, limit: number): Promise<Hold | null> {
  const until = Date.now() + limit;
  const [name, thieves] = [`box-wasm:lock:${user}`, `box-wasm:theft:${user}`];
  const first = await get(thieves, "now", limit);
  const next = first ?? (await get(thieves, "wait", limit));
  if (next && !first) {
    next.release();
    return get(name, "wait", Math.max(until - Date.now(), 0));
  }
  const sign = next ?? (await get(thieves, "steal", limit));
  const hold = await get(name, "steal", limit);
  return {
    release() {
      hold?.release();
      sign?.release();
    },
  };
}

function get(name: string, way: Way, limit: number): Promise<Hold | null> {
  const manager = locks();
  // Some pages have no origin for which there could be locks.
  return manager ? request(manager, name, way, limit).catch(() => turn(name, way, limit)) : turn(name, way, limit);
}

/** A lock is held as long as the promise lasts that stands for the work under it. */
function request(manager: LockManager, name: string, way: Way, limit: number): Promise<Hold | null> {
  return new Promise((resolve, reject) => {
    const patience = new AbortController();
    const timer = way === "wait" ? setTimeout(() => patience.abort(), limit) : undefined;
    const options = { wait: { signal: patience.signal }, now: { ifAvailable: true }, steal: { steal: true } }[way];
    const held = (lock: Lock | null) =>
      new Promise<void>((release) => {
        clearTimeout(timer);
        if (lock) return resolve({ release });
        release();
        resolve(null);
      });
    // Also told when the lock was taken from here, which changes nothing.
    manager.request(name, options, held).catch((thrown: unknown) => {
      clearTimeout(timer);
      if (patience.signal.aborted) resolve(null);
      else reject(thrown as Error);
    });
  });
}
