/** Settings of one call. */
export interface CallOptions {
  /** Ends the call. */
  signal?: AbortSignal;
}

/** Parameters of an action that has none. */
export type NoParams = { readonly [name: string]: never };

/** A call, and the promise of its answer. */
export interface BoxCall<T> extends Promise<T> {}

/** A call for a page, and its items together with those of the pages behind it. */
export interface BoxList<P, I> extends BoxCall<P>, AsyncIterable<I> {}

/** Content of a file. */
export type BoxContent = Blob | ArrayBuffer | ArrayBufferView;

/** Whatever JSON can hold. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
