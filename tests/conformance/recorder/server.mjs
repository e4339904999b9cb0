// The recorder: checks requests and hands them on to Prism.

import { createServer } from "node:http";

import { check } from "../checks/request.mjs";
import { documents } from "../documents/operations.mjs";
import { hosts } from "../documents/hosts.mjs";
import { served } from "../documents/served.mjs";
import { added, recorded } from "../recorded.mjs";
import { forward } from "./forward.mjs";
import { prism } from "./prism.mjs";
import { record } from "./record.mjs";
import { Report } from "./report.mjs";

const CLIENTS = ["rust", "npm"];
const AMOUNTS = ["required", "every"];
const HELP = `/<client>/<operation id>/<amount>/<host>/...rest of the request
client: ${CLIENTS.join(", ")}; amount: ${AMOUNTS.join(", ")}; host: ${hosts.join(", ")}
GET /report: what was seen
`;

/** What is wrong with a request, in the answer to it. */
const FAULTY = 418;

/** Starts Prism for the documents of a folder, and the recorder in front of it. */
export async function recorder(folder) {
  const all = await documents(folder);
  const servers = await Promise.all(all.map((one) => prism(served(one, recorded))));
  const declared = all.flatMap(({ operations }, n) => {
    return operations.map((operation) => [operation.id, { operation, url: servers[n].url }]);
  });
  const routes = new Map([...declared, ...added.map((operation) => [operation.id, { operation }])]);
  const report = new Report([...routes.values()].map(({ operation }) => known(operation)));
  const server = createServer((request, response) => {
    answer(routes, report, request).then(
      ({ status, type, body }) => response.writeHead(status, type ? { "content-type": type } : {}).end(body),
      (error) => {
        report.lost(`${request.method} ${request.url}: ${error.message}`);
        response.writeHead(500).end(error.stack);
      },
    );
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.close();
    server.closeAllConnections();
    return Promise.all(servers.map((server) => server.close()));
  };
  return { port: server.address().port, close };
}

/** What whoever reads the report must know of an operation. */
function known({ id, base, path, maps }) {
  return { id, path: base + path, maps, recorded: recorded.get(id) };
}

async function answer(routes, report, message) {
  const { url, method } = message;
  if (url === "/") return { status: 200, type: "text/plain", body: HELP };
  if (url === "/report") return shown(200, report);
  const request = await read(message);
  const route = routes.get(request?.operation);
  if (!route) {
    report.lost(`${method} ${url}`);
    return shown(FAULTY, { faults: [`no such client, operation, amount or host: ${method} ${url}`] });
  }
  const { operation } = route;
  const faults = await check(operation, request);
  if (recorded.has(operation.id) && !faults.length) report.recorded(request, await record(request));
  const reply = faults.length ? {} : await replied(route, request);
  const found = [...faults, ...(reply.faults ?? [])];
  report.saw(request, found);
  return found.length ? shown(FAULTY, { faults: found }) : reply;
}

/** Prism's reply; it sees the bodies that it can judge. */
function replied({ operation, url }, request) {
  if (operation.reply) return shown(200, operation.reply);
  if (!recorded.has(operation.id)) return forward(url, operation, request);
  const fields = request.fields.filter(([name]) => name !== "content-type");
  return forward(url, operation, { ...request, fields, bytes: undefined });
}

function shown(status, value) {
  return { status, type: "application/json", body: JSON.stringify(value) };
}

/** A request with what its address says it is meant to be. */
async function read(message) {
  const [address, search = ""] = message.url.split(/(?=\?)/);
  const [, client, operation, amount, host] = address.split("/", 5);
  const known = CLIENTS.includes(client) && AMOUNTS.includes(amount) && hosts.includes(host);
  if (!known) return undefined;
  const path = address.slice([client, operation, amount, host].join("/").length + 1);
  const chunks = await message.toArray();
  const names = message.rawHeaders.filter((_, n) => n % 2 === 0);
  return {
    client,
    operation: decodeURIComponent(operation),
    amount,
    host,
    method: message.method,
    path,
    search,
    pairs: [...new URLSearchParams(search)],
    fields: names.map((name, n) => [name.toLowerCase(), message.rawHeaders[2 * n + 1]]),
    type: message.headers["content-type"],
    bytes: Buffer.concat(chunks),
  };
}
