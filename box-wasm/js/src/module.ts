import { load } from "#load";

import { Engine } from "./engine.js";

const box = () => new URL("./wasm/box.wasm", import.meta.url);
const transfers = () => new URL("./wasm/transfers.wasm", import.meta.url);
const rest = () => new URL("./wasm/rest.wasm", import.meta.url);

/** The engine of all clients. */
export const engine = new Engine(
  () => load("box", () => import("./wasm/box.js"), box),
  () => load("transfers", () => import("./wasm/transfers.js"), transfers),
  () => load("rest", () => import("./wasm/rest.js"), rest),
);
