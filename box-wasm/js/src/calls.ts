import { load } from "#load";

import { BoxCalls } from "./client.js";
import { Engine } from "./engine.js";
import type { BoxApi } from "./generated/index.js";
import type { BoxClientOptions } from "./options.js";

export * from "./types.js";

const file = () => new URL("./wasm/calls.wasm", import.meta.url);
const engine = new Engine(() => load("calls", () => import("./wasm/calls.js"), file));

/** A client of Box without uploads and downloads, for applications that count every kilobyte. */
export interface BoxClient extends BoxApi {}
export class BoxClient extends BoxCalls {
  constructor(options: BoxClientOptions) {
    super(engine, options);
  }
}
