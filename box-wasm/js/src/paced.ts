import { type Instance, newId } from "./engine.js";
import { network } from "./error.js";
import type { Flight } from "./request.js";

/**
 * The body of a reply that was handed over. It ends with a `BoxTimeoutError` when it moves too slowly, as the core sees it.
 * Only the time in which it is waited for counts: its reader may be slow.
 */
export class Paced {
  readonly #instance: Instance;
  readonly #flight: Flight;
  readonly #window: number;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  readonly #id = newId();
  #waited = 0;
  #bytes = 0;
  /** When to ask again, as a time waited. */
  #next: number | undefined;

  constructor(instance: Instance, flight: Flight, window: number) {
    [this.#instance, this.#flight, this.#window] = [instance, flight, window];
    this.#reader = flight.response?.body?.getReader();
  }

  /** The next bytes, if there are any. */
  async read(): Promise<Uint8Array | undefined> {
    const began = performance.now();
    const waited = () => this.#waited + performance.now() - began;
    const ask = async () => {
      const values = [this.#window, Math.floor(waited()), this.#bytes];
      this.#next = (await this.#instance.run("pace", this.#id, ...values)) as number;
    };
    if (this.#next === undefined) await ask();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let over = false;
    const stalled = new Promise<never>((_, reject) => {
      const wait = () => {
        const left = Math.min(Math.max((this.#next ?? 0) - waited(), 0), 2 ** 31 - 1);
        timer = setTimeout(() => ask().then(() => over || wait(), reject), Math.ceil(left));
      };
      wait();
    });
    const next = this.#reader?.read().catch((thrown) => {
      throw this.#flight.controller.signal.aborted ? thrown : network(thrown);
    });
    try {
      const { value } = (await Promise.race([next, stalled])) ?? {};
      this.#bytes += value?.length ?? 0;
      return value;
    } finally {
      over = true;
      clearTimeout(timer);
      this.#waited = waited();
    }
  }

  /** Nobody waits for it any more. */
  leave(): void {
    if (this.#next !== undefined) this.#instance.drop(this.#id);
  }
}
