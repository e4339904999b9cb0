import type { StoredTokens } from "../store.js";
import { Channel } from "./channel.js";
import { generationOf, isFresh, isNewer } from "./held.js";
import { Sign } from "./sign.js";

/** Told of tokens that are newer. */
export type News = (tokens: StoredTokens) => void;

/** How long the others may take to answer, in milliseconds, where it isn't known whether there are any. */
const ANSWER_TIME = 100;
/** The same where somebody has shown to have newer tokens. */
const LONG_ANSWER_TIME = 2_000;

const shelves = new Map<string, Shelf>();

/** The shelf of a name: one in a page or worker. */
export function shelf(name: string): Shelf {
  const known = shelves.get(name) ?? new Shelf(name);
  shelves.set(name, known);
  return known;
}

/** Tokens in the memory of a page or worker, and what it hears of those of others. */
export class Shelf {
  held: StoredTokens | undefined;
  readonly #name: string;
  readonly #channel: Channel;
  readonly #sign: Sign;
  readonly #listeners = new Set<News>();
  /** The others have been asked, and had the time to answer. */
  readonly #met: Promise<void>;

  constructor(name: string) {
    this.#name = name;
    this.#sign = new Sign(name);
    this.#channel = new Channel(name, (tokens) => {
      this.take(tokens);
      return this.held;
    });
    this.#met = this.#channel.ask(this.held, ANSWER_TIME, () => isFresh(this.held));
  }

  /** Hears what others have, unless there are fresh tokens above a generation here. */
  async settle(above: number): Promise<void> {
    const enough = () => isFresh(this.held) && generationOf(this.held) > above;
    if (enough()) return;
    const newest = await this.#sign.newest();
    const heard = () => generationOf(this.held) >= (newest ?? Infinity);
    if (newest === undefined) {
      // What is on its way comes before the echo.
      await this.#met;
      if (!enough()) await this.#channel.ask(this.held, ANSWER_TIME, (echo) => echo || enough());
    } else if (!heard()) {
      await this.#channel.ask(this.held, LONG_ANSWER_TIME, heard);
      // Whoever has them is frozen. What is next counts on from there.
      const { owner } = this.held ?? {};
      this.take({ generation: newest, ...(owner && { owner }) });
    }
  }

  /** Takes tokens that are newer, and tells of them here. */
  take(tokens: StoredTokens | undefined): void {
    if (!tokens || !isNewer(tokens, this.held)) return;
    this.held = tokens;
    void this.#sign.show(tokens.generation);
    for (const listener of this.#listeners) listener(tokens);
  }

  /** Puts tokens here, unless newer ones have come meanwhile, and tells of them here and elsewhere. */
  async put(tokens: StoredTokens): Promise<void> {
    if (isNewer(this.held, tokens)) return;
    this.held = tokens;
    this.#channel.say(tokens);
    // Whoever is storing them learns first that they are stored.
    setTimeout(() => this.held === tokens && this.#listeners.forEach((listener) => listener(tokens)));
    await this.#sign.show(tokens.generation);
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
    if (shelves.get(this.#name) === this) shelves.delete(this.#name);
    this.#channel.close();
    this.#sign.end();
  }
}
