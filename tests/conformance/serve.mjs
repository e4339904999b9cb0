// Serves Box's documents until its standard input is closed: `node serve.mjs --documents FOLDER`.

import { parseArgs } from "node:util";

import { recorder } from "./recorder/server.mjs";

const { values } = parseArgs({ options: { documents: { type: "string" } } });
if (!values.documents) throw new Error("--documents FOLDER is missing");
const { port, close } = await recorder(values.documents);
console.log(JSON.stringify({ port }));
process.stdin.resume().on("end", async () => {
  await close();
  process.exit();
});
