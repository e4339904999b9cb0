import type { StoredTokens } from "../store.js";
import { generationOf, isFresh, isNewer } from "./held.js";

/** Told of tokens that are newer. */
export type News = (tokens: StoredTokens) => void;

/** What goes from tab to tab: what one holds, and whether those who have newer tokens shall say so. */
interface Message {
  readonly held?: StoredTokens | undefined;
  readonly ask?: string;
}

/** How long the others may take to answer a tab that was just opened. */
const ANSWER_TIME = 100;

const shelves = new Map<string, Shelf>();

/** The shelf of a name: one in a page or worker. */
export function shelf(name: string): Shelf {
  const known = shelves.get(name) ?? new Shelf(name);
  shelves.set(name, known);
  return known;
}

/** Tokens in the memory of a page or worker, and the channel on which it hears of those of others. */
export class Shelf {
  held: StoredTokens | undefined;
  readonly #name: string;
  readonly #ear: BroadcastChannel | undefined;
  /** Another object for the same channel: what it says comes back to the ear, after all that was said before. */
  readonly #mouth: BroadcastChannel | undefined;
  readonly #listeners = new Set<News>();
  readonly #waiting = new Set<(heard?: string) => void>();
  /** The others have been asked, and had the time to answer. */
  readonly #met: Promise<void>;

  constructor(name: string) {
    this.#name = name;
    this.#ear = channel(name);
    this.#mouth = this.#ear && channel(name);
    if (this.#ear) this.#ear.onmessage = ({ data }: MessageEvent<Message>) => this.#hear(data);
    this.#met = this.#ask(() => isFresh(this.held), ANSWER_TIME);
  }

  /** Hears what is on its way, until it has fresh tokens above a generation. */
  async settle(above: number): Promise<void> {
    const enough = () => isFresh(this.held) && generationOf(this.held) > above;
    if (enough()) return;
    await this.#met;
    if (enough()) return;
    const ask = newId();
    await this.#ask((heard) => heard === ask || enough(), ANSWER_TIME, ask);
  }

  /** Takes tokens that are newer, and tells of them here. */
  take(tokens: StoredTokens | undefined): void {
    if (!tokens || !isNewer(tokens, this.held)) return;
    this.held = tokens;
    for (const listener of this.#listeners) listener(tokens);
  }

  /** Puts tokens here, unless newer ones have come meanwhile, and tells of them here and elsewhere. */
  put(tokens: StoredTokens): void {
    if (isNewer(this.held, tokens)) return;
    this.held = tokens;
    this.#say({ held: tokens });
    // Whoever is storing them learns first that they are stored.
    setTimeout(() => this.held === tokens && this.#listeners.forEach((listener) => listener(tokens)));
  }

  /** Tells of newer tokens, until what it answers is called. */
  listen(listener: News): () => void {
    this.#listeners.add(listener);
    return () => {
      if (this.#listeners.delete(listener) && !this.#listeners.size) this.#close();
    };
  }

  /** With the last client goes all that it had. */
  #close(): void {
    shelves.delete(this.#name);
    this.#ear?.close();
    this.#mouth?.close();
  }

  #say(message: Message): void {
    try {
      this.#mouth?.postMessage(message);
    } catch {
      // A channel that is closed: the page is on its way out.
    }
  }

  #hear({ held, ask }: Message): void {
    this.take(held);
    if (ask && isNewer(this.held, held)) this.#say({ held: this.held });
    for (const wake of this.#waiting) wake(ask);
  }

  /** Asks all others for newer tokens, and waits until it has heard enough. */
  #ask(enough: (heard?: string) => boolean, limit: number, ask = newId()): Promise<void> {
    if (!this.#mouth) return Promise.resolve();
    this.#say({ held: this.held, ask });
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const wake = (heard?: string) => void (enough(heard) && end());
      const timer = setTimeout(end, limit);
      this.#waiting.add(wake);
    });
  }
}

const newId = () => String(Math.random());

/** A channel to all tabs and workers of the origin, where the platform has one. */
function channel(name: string): BroadcastChannel | undefined {
  try {
    const opened = new BroadcastChannel(`box-wasm/${name}`);
    // In Node it would keep the process alive.
    (opened as { unref?(): void }).unref?.();
    return opened;
  } catch {
    return undefined;
  }
}
