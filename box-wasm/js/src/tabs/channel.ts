import type { StoredTokens } from "../store.js";
import { isNewer } from "./held.js";

/** What goes from tab to tab: what one holds, and whether those who have newer tokens shall say so. */
interface Message {
  readonly held?: StoredTokens | undefined;
  readonly ask?: string;
}

/** All tabs and workers of the origin that share a name, where the platform lets them hear each other. */
export class Channel {
  readonly #hear: (tokens: StoredTokens | undefined) => StoredTokens | undefined;
  readonly #ear: BroadcastChannel | undefined;
  /** Another object for the same channel: what it says comes back to the ear, after all that was said before. */
  readonly #mouth: BroadcastChannel | undefined;
  readonly #waiting = new Set<(heard?: string) => void>();

  /** `hear` is told what others hold, and answers what is held here. */
  constructor(name: string, hear: (tokens: StoredTokens | undefined) => StoredTokens | undefined) {
    this.#hear = hear;
    this.#ear = open(name);
    this.#mouth = this.#ear && open(name);
    if (this.#ear) this.#ear.onmessage = ({ data }: MessageEvent<Message | null>) => this.#heard(data);
  }

  /** Tells all others what is held here. */
  say(held: StoredTokens | undefined): void {
    this.#send({ held });
  }

  /** Asks all others for newer tokens, and waits until what was heard, or the echo of the question, is enough. */
  ask(held: StoredTokens | undefined, limit: number, enough: (echo: boolean) => boolean): Promise<void> {
    if (!this.#mouth) return Promise.resolve();
    const ask = String(Math.random());
    this.#send({ held, ask });
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const wake = (heard?: string) => void (enough(heard === ask) && end());
      const timer = setTimeout(end, limit);
      this.#waiting.add(wake);
    });
  }

  close(): void {
    this.#ear?.close();
    this.#mouth?.close();
  }

  #heard(message: Message | null): void {
    // Every script of the origin can speak here.
    if (typeof message !== "object" || !message) return;
    const { held, ask } = message;
    const ours = this.#hear(held);
    if (ask && isNewer(ours, held)) this.#send({ held: ours });
    for (const wake of this.#waiting) wake(ask);
  }

  #send(message: Message): void {
    try {
      this.#mouth?.postMessage(message);
    } catch {
      // It is closed: the page is on its way out.
    }
  }
}

function open(name: string): BroadcastChannel | undefined {
  try {
    const opened = new BroadcastChannel(`box-wasm/${name}`);
    // In Node it would keep the process alive.
    (opened as { unref?(): void }).unref?.();
    return opened;
  } catch {
    return undefined;
  }
}
