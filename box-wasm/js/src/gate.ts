import type { Family } from "./derived.js";
import { type BoxError, closed } from "./error.js";

/** Who may still begin, and who is still inside, when a client closes. */
export class Gate {
  /** Whether nobody gets in any more. */
  shut = false;
  /** Told when nobody is inside any more. */
  empty: (() => void) | undefined;
  /** When all have gone, once nobody gets in any more. */
  drained: Promise<boolean> | undefined;
  /** What those inside ended with, when the time was over. */
  over: BoxError | undefined;
  /** The sessions beside the client's. */
  family: Family | undefined;
  readonly #inside = new Set<(error: BoxError) => void>();

  get isEmpty(): boolean {
    return !this.#inside.size;
  }

  /** Lets somebody in, and answers how to leave. `end` is told when the time is over. */
  enter(end: (error: BoxError) => void): () => void {
    if (this.shut) throw closed();
    this.#inside.add(end);
    return () => {
      if (this.#inside.delete(end) && this.isEmpty) this.empty?.();
    };
  }

  /** Works inside. */
  run<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const leave = this.enter(reject);
      work().then(resolve, reject).finally(leave);
    });
  }

  /** Whoever was on the way when the time was over begins nothing any more. */
  check(): void {
    if (this.over) throw this.over;
  }

  /** Ends those inside. */
  end(error: BoxError): void {
    this.over = error;
    for (const end of this.#inside) end(error);
    this.#inside.clear();
    this.empty?.();
  }
}
