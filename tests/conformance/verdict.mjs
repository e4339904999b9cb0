// What came of a run: `node verdict.mjs REPORT SDK`: the recorder's report, a file or its address, and the file that
// `sdk/record.py` wrote.

import { readFile } from "node:fs/promises";
import { argv } from "node:process";
import { pathToFileURL } from "node:url";

import { compare } from "./compare.mjs";

const CLIENTS = ["rust", "npm"];
const AMOUNTS = ["required", "every"];

/** The faults, and the line that sums them up. */
export function verdict(report, expected, clients = CLIENTS) {
  const calls = clients.flatMap((client) => AMOUNTS.map((amount) => ({ client, amount })));
  const faulty = report.operations.map((operation) => {
    return calls.flatMap((call) => ofCall(report, expected, operation, call));
  });
  const faults = [...report.lost.map((request) => `lost: ${request}`), ...faulty.flat()];
  const passed = faulty.filter((faults) => !faults.length).length;
  const all = report.operations.length;
  const recorded = report.operations.filter((operation) => operation.recorded).length;
  const counts = `${passed} of ${all} operations, ${clients.join(", ")}`;
  return { faults, line: `conformance: ${counts}; prism ${all - recorded}, recorded ${recorded}` };
}

function ofCall({ seen, recorded }, expected, operation, { client, amount }) {
  const { id } = operation;
  const found = seen[client]?.[id]?.[amount] ?? ["not called"];
  const faults = found === "ok" ? [] : [...found];
  if (operation.recorded && found === "ok") {
    const theirs = expected.find((one) => one.operation === id && one.amount === amount);
    const ours = recorded[client][id][amount];
    faults.push(...(theirs ? compare(operation, ours, theirs) : ["the SDK wasn't asked"]));
  }
  return faults.map((fault) => `${client} ${id} ${amount}: ${fault}`);
}

if (import.meta.url === pathToFileURL(argv[1]).href) {
  const read = async (from) => (from.startsWith("http:") ? (await fetch(from)).text() : readFile(from, "utf8"));
  const texts = await Promise.all(argv.slice(2, 4).map(read));
  const { faults, line } = verdict(...texts.map((text) => JSON.parse(text)));
  for (const fault of faults) console.log(fault);
  console.log(line);
  process.exitCode = faults.length ? 1 : 0;
}
