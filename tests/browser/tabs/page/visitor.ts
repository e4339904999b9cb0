import { BoxClient } from "box-wasm";
import { type BoxTokenStore, tabStore } from "box-wasm/tabs";

/** How a client of these tests differs from that of an application. */
export interface Ways {
  keep?: boolean;
  /** How long another may hold the lock, in milliseconds. */
  patience?: number;
}

/** What became of calls. */
export interface Ended {
  well: number;
  errors: string[];
  /** Milliseconds until the last one had ended. */
  took: number;
}

/** The store of a user. */
export function store(user: string, { keep = false, patience }: Ways = {}): BoxTokenStore {
  const shared = tabStore(user, { keep });
  return patience === undefined ? shared : { ...shared, stealAfter: patience };
}

/** A client of a user, whose tokens come from the page's server. */
export function client(user: string, ways: Ways = {}, shared = store(user, ways)): BoxClient {
  return new BoxClient({
    async auth({ reason }) {
      // Browsers answer those who read the same address one after the other, and one of them may be frozen.
      const reply = await fetch(`/token?reason=${reason}`, { method: "POST" });
      if (!reply.ok) throw new Error(`the server answered ${reply.status}`);
      return reply.json();
    },
    store: shared,
    hosts: JSON.parse(import.meta.env.VITE_BOX_HOSTS),
  });
}

/** Calls at the same time. */
export async function calls(box: BoxClient, number: number): Promise<Ended> {
  const begun = performance.now();
  const ended = await Promise.allSettled(Array.from({ length: number }, () => box.folders.get("0")));
  const errors = ended.flatMap((end) => (end.status === "rejected" ? [String(end.reason)] : []));
  return { well: number - errors.length, errors, took: performance.now() - begun };
}
