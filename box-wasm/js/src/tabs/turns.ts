import type { Hold, Way } from "./lock.js";

interface Turn extends Hold {
  begin(): void;
}

/** Those who hold or want a lock, by its name; the first holds it. */
const queues = new Map<string, Turn[]>();

/** Takes a lock that the clients of one page or worker share. */
export function turn(name: string, way: Way, limit: number): Promise<Hold | null> {
  const queue = queues.get(name) ?? [];
  if (way === "now" && queue.length) return Promise.resolve(null);
  queues.set(name, queue);
  return new Promise((resolve) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const mine: Turn = {
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
    if (way === "steal") queue.splice(0, 1, mine);
    else if (queue.push(mine) > 1) {
      timer = setTimeout(() => {
        mine.release();
        resolve(null);
      }, limit);
      return;
    }
    mine.begin();
  });
}
