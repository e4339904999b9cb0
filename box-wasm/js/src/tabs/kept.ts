import type { StoredTokens } from "../store.js";

const DATABASE = "box-wasm";
const TABLE = "tokens";

/** A database that doesn't answer is done without. */
const LIMIT = 1_000;

/** What is kept under a name; nothing where the database can't be used. */
export async function read(name: string): Promise<StoredTokens | undefined> {
  return change(name, () => undefined).catch(() => undefined);
}

/**
 * Looks at what is kept under a name, and replaces it by what is answered, if anything, in one durable transaction.
 * Answers what was kept.
 */
export function change(
  name: string,
  decide: (kept: StoredTokens | undefined) => StoredTokens | undefined,
): Promise<StoredTokens | undefined> {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("the database doesn't answer")), LIMIT);
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(TABLE);
    opening.onerror = () => reject(opening.error as Error);
    opening.onsuccess = () => {
      const database = opening.result;
      const transaction = database.transaction(TABLE, "readwrite", { durability: "strict" });
      const table = transaction.objectStore(TABLE);
      const reading = table.get(name) as IDBRequest<StoredTokens | undefined>;
      reading.onsuccess = () => {
        const next = decide(reading.result);
        if (next) table.put(next, name);
      };
      transaction.oncomplete = () => {
        database.close();
        resolve(reading.result);
      };
      transaction.onabort = () => {
        database.close();
        reject(transaction.error as Error);
      };
    };
  });
}
