import { BoxCalls } from "./client.js";
import type { BoxApi } from "./generated/index.js";
import { engine } from "./module.js";
import type { BoxClientOptions } from "./options.js";

export * from "./types.js";

/** A client of Box without uploads and downloads, for applications that count every kilobyte. */
export interface BoxClient extends BoxApi {}
export class BoxClient extends BoxCalls {
  constructor(options: BoxClientOptions) {
    super(engine, options);
  }
}
