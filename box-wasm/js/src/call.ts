import type { Thing } from "./engine.js";
import { internal, usage } from "./error.js";
import type { BoxClientDefaults } from "./settings.js";

/** Settings of one call. What isn't given is as its client has it. */
export interface CallOptions extends BoxClientDefaults {
  /** Ends the call: it rejects at once with a `BoxAbortError`, and what is under way is given up. */
  signal?: AbortSignal;
  /** Etag that the item must still have (`if-match`), or the call fails with 412. */
  ifMatch?: string;
  /** Etag that you have (`if-none-match`): an unchanged item is a `BoxNotModifiedError`. */
  ifNoneMatch?: string;
  /** Absolute URL in place of host and path, for addresses that Box hands out with an upload session. */
  endpoint?: string;
  /** Lists only: asks for the next page while you work on one, never for more. Leaving the loop gives it up. */
  prefetch?: boolean;
}

/** Parameters of an action that has none. */
export type NoParams = { readonly [name: string]: never };

/** Content of a file. */
export type BoxContent = Blob | ArrayBuffer | ArrayBufferView;

/** Content as a `Blob`. Anything else would be uploaded as its text, such as "undefined". */
export function blobOf(content: unknown): Blob {
  if (content instanceof Blob) return content;
  if (!isBytes(content)) throw usage("content is a `Blob` or bytes");
  return new Blob([content]);
}

/** Whether it is bytes in memory. */
export const isBytes = (value: unknown): value is BufferSource & BlobPart =>
  typeof (value as ArrayBuffer | null | undefined)?.byteLength === "number";

/** Whatever JSON can hold. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** The reply behind a value. */
export interface BoxResponse {
  /** HTTP status. */
  readonly status: number;
  /** Header fields; in a page those that Box exposes. */
  readonly headers: Headers;
}

/** What comes of a call. */
export interface Answer<T> {
  data: T;
  response: BoxResponse;
}

/** A call that has begun, and the promise of its value. */
export class BoxCall<T> implements Promise<T> {
  readonly [Symbol.toStringTag] = "BoxCall";
  readonly #start: () => Promise<Answer<T>>;
  #answer: Promise<Answer<T>> | undefined;

  /** @internal */
  constructor(start: () => Promise<Answer<T>>, lazy = false) {
    this.#start = start;
    if (!lazy) this.withResponse();
  }

  /** The value together with status and header fields of its reply. */
  withResponse(): Promise<Answer<T>> {
    return (this.#answer ??= this.#start());
  }

  then<A = T, B = never>(
    fulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    const take = ({ data }: Answer<T>) => (fulfilled ? fulfilled(data) : (data as unknown as A));
    return this.withResponse().then(take, rejected);
  }

  catch<B = never>(rejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.then(undefined, rejected);
  }

  finally(settled?: (() => void) | null): Promise<T> {
    return this.then().finally(settled);
  }
}

/** A list: await it for one page, iterate over it for all items. Nothing is sent before. */
export class BoxList<P, I> extends BoxCall<P> implements AsyncIterable<I> {
  readonly #pages: () => AsyncGenerator<Answer<P>, void, undefined>;
  readonly #items: (page: P) => readonly I[];

  /** @internal */
  constructor(
    first: () => Promise<Answer<P>>,
    pages: () => AsyncGenerator<Answer<P>, void, undefined>,
    items: (page: P) => readonly I[],
  ) {
    super(first, true);
    this.#pages = pages;
    this.#items = items;
  }

  /** All pages, one after another. */
  async *pages(): AsyncGenerator<P, void, undefined> {
    for await (const { data } of this.#pages()) yield data;
  }

  /** All items, page after page. */
  async *[Symbol.asyncIterator](): AsyncGenerator<I, void, undefined> {
    for await (const { data } of this.#pages()) yield* this.#items(data);
  }
}

/** A thing whose end is a promise. */
export function settling<T>(
  thing: Thing,
  read: (value: unknown) => T,
  begin: (thing: Thing) => void,
): Promise<Answer<T>> {
  return new Promise((resolve, reject) => {
    thing.done = (value, status, headers) => {
      try {
        resolve({ data: read(value), response: { status, headers: new Headers(headers) } });
      } catch (thrown) {
        reject(internal("the reply can't be handed on", thrown));
      }
    };
    thing.fail = reject;
    begin(thing);
  });
}
