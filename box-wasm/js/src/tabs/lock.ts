/** A lock that is held, until it is given back or another takes it. */
export interface Hold {
  stolen: boolean;
  release(): void;
}

/**
 * Takes the lock of a name, which all tabs and workers of the origin share. `null`: the time is over. Where the platform
 * has no locks, those of this page or worker share it.
 */
export async function take(name: string, steal: boolean, limit: number): Promise<Hold | null> {
  const { locks } = (globalThis.navigator ?? {}) as Partial<Navigator>;
  if (!locks) return turn(name, steal, limit);
  // Some pages have no origin for which there could be locks.
  return request(locks, `box-wasm/${name}`, steal, limit).catch(() => turn(name, steal, limit));
}

/** A lock is held as long as the promise lasts that stands for the work under it. */
function request(locks: LockManager, name: string, steal: boolean, limit: number): Promise<Hold | null> {
  return new Promise((resolve, reject) => {
    const patience = new AbortController();
    const timer = steal ? undefined : setTimeout(() => patience.abort(), limit);
    let hold: Hold | undefined;
    const held = () =>
      new Promise<void>((release) => {
        clearTimeout(timer);
        resolve((hold = { stolen: false, release }));
      });
    locks.request(name, steal ? { steal } : { signal: patience.signal }, held).catch((thrown: unknown) => {
      clearTimeout(timer);
      if (hold) hold.stolen = true;
      else if (patience.signal.aborted) resolve(null);
      else reject(thrown as Error);
    });
  });
}

interface Turn extends Hold {
  begin(): void;
}

/** Those who hold or want a lock, by its name; the first holds it. */
const queues = new Map<string, Turn[]>();

function turn(name: string, steal: boolean, limit: number): Promise<Hold | null> {
  const queue = queues.get(name) ?? [];
  queues.set(name, queue);
  return new Promise((resolve) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const mine: Turn = {
      stolen: false,
      begin() {
        clearTimeout(timer);
        resolve(mine);
      },
      release() {
        const at = queue.indexOf(mine);
        if (at < 0) return;
        queue.splice(at, 1);
        if (!queue.length) queues.delete(name);
        else if (at === 0) queue[0]?.begin();
      },
    };
    if (steal) {
      const [robbed] = queue.splice(0, 1, mine);
      if (robbed) robbed.stolen = true;
    } else if (queue.push(mine) > 1) {
      timer = setTimeout(() => {
        mine.release();
        resolve(null);
      }, limit);
      return;
    }
    mine.begin();
  });
}
