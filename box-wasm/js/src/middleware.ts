/** A request that is about to be sent. Middleware may change it before it hands it on. */
export interface BoxRequest {
  method: string;
  url: string;
  /** Header fields, the token among them. */
  headers: Headers;
  body: BodyInit | null;
  /** Ends the request, when nobody waits for it any more. */
  signal: AbortSignal;
  /** The operation, as `group.action`. */
  readonly operation: string;
  /** The path below the base URL, with the names of its parameters; none for where a redirect led. */
  readonly urlTemplate: string | undefined;
  /** How many requests of its call came before. */
  readonly resendCount: number;
}

/**
 * Stands around every request, those for tokens and those of another try included. It may change the request, hand it on
 * to `next` or answer itself, and read the reply or answer another. What it throws counts as a lost connection.
 */
export type BoxMiddleware = (request: BoxRequest, next: Next) => Promise<Response>;

type Next = (request: BoxRequest) => Promise<Response>;

/** Sends a request through middleware, the first outermost. */
export function through(
  layers: readonly BoxMiddleware[],
  request: BoxRequest,
  last: Next,
): Promise<Response> {
  const outermost = layers.reduceRight<Next>((next, layer) => async (request) => layer(request, next), last);
  return outermost(request);
}
