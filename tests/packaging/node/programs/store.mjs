// Calls by the tokens of a file: `store.mjs FILE CALLS` prints how many failed.

import { application, client } from "../support/emulator.mjs";
import { fileStore } from "../support/stores.mjs";

const [path, calls] = process.argv.slice(2);
const box = client({ auth: application, store: fileStore(path) });
const made = await Promise.allSettled(Array.from({ length: Number(calls) }, () => box.users.me()));
const failed = made.filter(({ status }) => status === "rejected");
console.log(JSON.stringify({ failed: failed.length, first: String(failed[0]?.reason ?? "") }));
