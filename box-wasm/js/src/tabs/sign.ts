import { locks } from "./lock.js";

/**
 * The sign that there are tokens of a generation here: a lock with a name that says so, which nobody waits for. The browser
 * takes it down with its page, and tells all signs at once, so a tab knows whether others have newer tokens.
 */
export class Sign {
  readonly #prefix: string;
  readonly #user: string;
  #generation = 0;
  #takeDown: (() => void) | undefined;
  readonly #hide = () => this.#set(undefined);
  readonly #unhide = () => void this.show(this.#generation);

  constructor(user: string) {
    this.#user = user;
    this.#prefix = "box-wasm:has:";
    // A page that holds a lock could not be shown again as it was when the visitor goes back to it.
    globalThis.addEventListener?.("pagehide", this.#hide);
    globalThis.addEventListener?.("pageshow", this.#unhide);
  }

  /** Puts up the sign. It can be seen when this has resolved. */
  show(generation: number): Promise<void> {
    this.#generation = generation;
    const manager = locks();
    if (!manager || !generation) return Promise.resolve();
    return new Promise((shown) => {
      const up = () =>
        new Promise<void>((takeDown) => {
          this.#set(takeDown);
          shown();
        });
      manager.request(`${this.#prefix}${generation}:${this.#user}`, { mode: "shared" }, up).catch(() => shown());
    });
  }

  /** The newest generation that anybody has; nothing if that can't be known. */
  async newest(): Promise<number | undefined> {
    const seen = await locks()
      ?.query()
      .catch(() => undefined);
    return seen?.held?.reduce((newest, { name = "" }) => Math.max(newest, this.#read(name)), 0);
  }

  /** For good. */
  end(): void {
    globalThis.removeEventListener?.("pagehide", this.#hide);
    globalThis.removeEventListener?.("pageshow", this.#unhide);
    this.#generation = 0;
    this.#set(undefined);
  }

  #read(name: string): number {
    const [generation = "", ...user] = name.startsWith(this.#prefix) ? name.slice(this.#prefix.length).split(":") : [];
    return user.join(":") === this.#user ? Number(generation) || 0 : 0;
  }

  /** In place of the last one. */
  #set(takeDown: (() => void) | undefined): void {
    this.#takeDown?.();
    this.#takeDown = takeDown;
    if (!this.#generation) takeDown?.();
  }
}
