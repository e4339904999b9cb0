import { load } from "#load";

import { Engine } from "./engine.js";

const box = () => new URL("./wasm/box.wasm", import.meta.url);
const rest = () => new URL("./wasm/rest.wasm", import.meta.url);

/** The engine of all clients. */
export const engine = new Engine(
  () => load("box", () => import("./wasm/box.js"), box),
  () => load("rest", () => import("./wasm/rest.js"), rest),
);
