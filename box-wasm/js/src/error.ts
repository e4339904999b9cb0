/** Why a call failed. */
export type BoxErrorKind =
  | "invalid_input"
  | "api"
  | "oauth"
  | "sign_in_needed"
  | "transport"
  | "timeout"
  | "decode"
  | "integrity"
  | "io"
  | "session"
  | "redirect"
  | "paging"
  | "not_modified"
  | "cancelled"
  | "closed"
  | "unsupported"
  | "internal"
  | (string & {});

/** What is known of a failure. */
export interface BoxErrorFacts {
  /** Why it failed. */
  kind: BoxErrorKind;
  /** What happened, in a sentence. */
  message: string;
  /** The operation, as `group.action`. */
  operation?: string;
  /** HTTP status of the reply. */
  status?: number;
  /** Box's error code, or OAuth's `error`. */
  code?: string;
  /** Box's id of the request, for its support. */
  requestId?: string;
  /** Box's page about the error. */
  helpUrl?: string;
  /** Box's `context_info`, as it came. */
  context?: { [name: string]: unknown };
  /** Milliseconds to wait before another try, as far as it is known. */
  retryAfter?: number;
  /** How many requests were sent. */
  attempts?: number;
}

/** Any failure of a call. Its subclasses name the commonest reasons; `kind` and `code` tell the rest. */
export class BoxError extends Error {
  /** Why it failed. */
  declare readonly kind: BoxErrorKind;
  /** The operation, as `group.action`. */
  declare readonly operation: string | undefined;
  /** HTTP status of the reply. */
  declare readonly status: number | undefined;
  /** Box's error code, or OAuth's `error`. */
  declare readonly code: string | undefined;
  /** Box's id of the request, for its support. */
  declare readonly requestId: string | undefined;
  /** Box's page about the error. */
  declare readonly helpUrl: string | undefined;
  /** Box's `context_info`, as it came. */
  declare readonly context: { readonly [name: string]: unknown } | undefined;
  /** Milliseconds to wait before another try, as far as it is known. */
  declare readonly retryAfter: number | undefined;
  /** How many requests were sent. */
  declare readonly attempts: number;

  constructor(facts: BoxErrorFacts, options?: ErrorOptions) {
    super(facts.message, options);
    Object.assign(this, { attempts: 0 }, facts);
  }

  /** The items that are in the way, whether Box told one or a list. */
  get conflicts(): readonly { readonly [name: string]: unknown }[] {
    const found = this.context?.["conflicts"];
    return (found === undefined ? [] : Array.isArray(found) ? found : [found]) as { [name: string]: unknown }[];
  }
}

/** Box refused the call. */
export class BoxApiError extends BoxError {}
/** The item doesn't exist, or not for this user (404). */
export class BoxNotFoundError extends BoxApiError {}
/** Something is in the way: mostly a name that is taken (409). See `conflicts`. */
export class BoxConflictError extends BoxApiError {}
/** The item has changed since the etag of `if-match` (412). */
export class BoxPreconditionError extends BoxApiError {}
/** Too many requests (429); wait for `retryAfter`. */
export class BoxRateLimitError extends BoxApiError {}
/** There is no token: the provider failed, Box refused, or the user must sign in again. */
export class BoxAuthError extends BoxError {}
/** The connection was lost, or the platform hides why there is no answer. */
export class BoxNetworkError extends BoxError {}
/** The time of the call is over. */
export class BoxTimeoutError extends BoxError {}
/** The call was aborted by its signal; `cause` is the signal's reason. */
export class BoxAbortError extends BoxError {}
/** The call can't be: a value is missing or wrong, or the platform can't do this. */
export class BoxUsageError extends BoxError {}
/** Other bytes came or were stored than should have been, or the source can't be read. */
export class BoxTransferError extends BoxError {}

const classes: { readonly [name: string]: typeof BoxError } = {
  Api: BoxApiError,
  NotFound: BoxNotFoundError,
  Conflict: BoxConflictError,
  Precondition: BoxPreconditionError,
  RateLimit: BoxRateLimitError,
  Auth: BoxAuthError,
  Network: BoxNetworkError,
  Timeout: BoxTimeoutError,
  Abort: BoxAbortError,
  Usage: BoxUsageError,
  Transfer: BoxTransferError,
};

// The names of the classes themselves don't survive minifiers.
for (const [name, { prototype }] of Object.entries(classes)) prototype.name = `Box${name}Error`;
BoxError.prototype.name = "BoxError";
// What the platform calls such errors, so that code that looks for the name finds it.
BoxAbortError.prototype.name = "AbortError";

/** The error that the engine tells of. */
export function errorOf({ class: name, ...facts }: BoxErrorFacts & { class?: string }, cause?: unknown): BoxError {
  return new (classes[name ?? ""] ?? BoxError)(facts, cause === undefined ? undefined : { cause });
}

/** Tells of what the application threw where nobody can catch it. */
export const report = (thrown: unknown) => (globalThis.reportError ?? console.error)(thrown);

/** A call that can't be. */
export const usage = (message: string) => errorOf({ class: "Usage", kind: "invalid_input", message });

/** A fault of this package. */
export const internal = (message: string, cause?: unknown) => errorOf({ kind: "internal", message }, cause);

/** A connection that was lost. */
export const network = (thrown: unknown) =>
  errorOf({ class: "Network", kind: "transport", message: `the connection was lost: ${reason(thrown)}` }, thrown);

/** A call that its signal has ended. */
export const aborted = (signal: AbortSignal) =>
  errorOf({ class: "Abort", kind: "cancelled", message: "the call was aborted" }, signal.reason);

/** A sentence of what was thrown. Some platforms write the address into it, which may be as good as a token. */
export function reason(thrown: unknown): string {
  const { message, name } = (thrown ?? {}) as { message?: unknown; name?: unknown };
  const text = typeof thrown === "string" ? thrown : typeof message === "string" ? message : "";
  return text && !text.includes("://") ? text : String(name ?? "it failed");
}
