import type { BoxErrorCode } from "./codes.js";
import type { hints } from "./hints.js";

/** Why a call failed. */
export type BoxErrorKind =
  | "invalid_input"
  | "api"
  | "oauth"
  | "sign_in_needed"
  | "session_lost"
  | "transport"
  | "timeout"
  | "decode"
  | "integrity"
  | "io"
  | "session"
  | "persist_failed"
  | "redirect"
  | "paging"
  | "not_modified"
  | "cancelled"
  | "closed"
  | "outcome_unknown"
  | "read_only"
  | "unsupported"
  | "internal"
  | (string & {});

/** One request of a call, and what came of it. */
export interface BoxAttempt {
  /** HTTP status of its reply, if there was one. */
  readonly status?: number;
  /** If there was no reply: whether the request may have reached Box. */
  readonly sent?: boolean;
  /** Box's id of the request, for its support. */
  readonly requestId?: string;
  /** Milliseconds from sending it to its reply, or to the moment when it was lost. */
  readonly took: number;
}

/** A common cause of an error, and what to do about it. */
export interface BoxHint {
  /** The cause. */
  readonly name: keyof typeof hints | (string & {});
  /** The next step, in a sentence or two. */
  readonly text: string;
}

/** One thing that Box found wrong with a request. */
export interface BoxReason {
  /** What is wrong, as a word such as `invalid_parameter`. */
  readonly reason?: string;
  /** The parameter. */
  readonly name?: string;
  /** A sentence about it. */
  readonly message?: string;
}

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
  code?: BoxErrorCode | (string & {});
  /** Box's id of the request, for its support. */
  requestId?: string;
  /** Box's page about the error. */
  helpUrl?: string;
  /** Box's `context_info`, as it came. */
  context?: { [name: string]: unknown };
  /** Milliseconds to wait before another try, as far as it is known. */
  retryAfter?: number;
  /** The requests of the call, in order; redirects and probes don't count. */
  attempts?: readonly BoxAttempt[];
  /** The commonest cause of such an error and the next step, where one is known. */
  hint?: BoxHint;
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
  declare readonly code: BoxErrorCode | (string & {}) | undefined;
  /** Box's id of the request, for its support. */
  declare readonly requestId: string | undefined;
  /** Box's page about the error. */
  declare readonly helpUrl: string | undefined;
  /** Box's `context_info`, as it came. */
  declare readonly context: { readonly [name: string]: unknown } | undefined;
  /** Milliseconds to wait before another try, as far as it is known. */
  declare readonly retryAfter: number | undefined;
  /** The requests of the call, in order; redirects and probes don't count. */
  declare readonly attempts: readonly BoxAttempt[];
  /** The commonest cause of such an error and the next step, where one is known. */
  declare readonly hint: BoxHint | undefined;

  constructor(facts: BoxErrorFacts, options?: ErrorOptions) {
    super(facts.message, options);
    Object.assign(this, { attempts: [] }, facts);
  }

  /** The items that are in the way, whether Box told one or a list. */
  get conflicts(): readonly { readonly [name: string]: unknown }[] {
    return this.#listed("conflicts");
  }

  /** What Box found wrong with the request, one entry for each parameter. */
  get reasons(): readonly BoxReason[] {
    return this.#listed("errors");
  }

  #listed<T>(name: string): readonly T[] {
    const found = this.context?.[name];
    return (found ? [found].flat() : []) as T[];
  }

  /** Whether the item doesn't exist, or not for this user (404): Box doesn't tell these apart. */
  get isNotFound(): boolean {
    return this.status === 404;
  }

  /** Whether the item is in the trash. Restore it, or delete it for good. */
  get isTrashed(): boolean {
    return this.isNotFound && this.code === "trashed";
  }

  /** Whether something is in the way (409): mostly a name that is taken. `conflicts` has the items. */
  get isConflict(): boolean {
    return this.status === 409;
  }

  /** Whether the folder has an item of this name. Choose another, or use the item that `conflicts` names. */
  get isNameTaken(): boolean {
    return this.code === "item_name_in_use";
  }

  /** Whether the item has changed since the etag of `ifMatch` (412). Read it again and decide anew. */
  get isPreconditionFailed(): boolean {
    return this.status === 412;
  }

  /** Whether there were too many requests (429); wait for `retryAfter`. */
  get isRateLimited(): boolean {
    return this.status === 429;
  }

  /** Whether this user or application may not do so (403). `code` and `hint` say why. */
  get isForbidden(): boolean {
    return this.status === 403;
  }

  /** Whether Box refused the token, also after it was renewed, or the application's credentials (401). */
  get isUnauthorized(): boolean {
    return this.status === 401;
  }

  /** Whether the user must sign in again. No call passes before that. */
  get needsSignIn(): boolean {
    return this.kind === "sign_in_needed" || this.kind === "session_lost";
  }

  /** Whether a deadline passed. Give the call more time, or try later. */
  get isTimeout(): boolean {
    return this.kind === "timeout";
  }

  /** Whether the caller aborted. A write may have been done nevertheless. */
  get isCancelled(): boolean {
    return this.kind === "cancelled";
  }

  /** Whether the same call may pass later, and does no harm then. Wait for `retryAfter`, or for some minutes. */
  get isTransient(): boolean {
    if (this.kind === "transport" || this.isTimeout) return true;
    return (
      (this.kind === "api" || this.kind === "oauth") &&
      ([429, 500, 502, 503, 504].includes(this.status ?? 0) || /temporar/.test(this.code ?? ""))
    );
  }

  /** Whether nobody knows if the write was done. Look before trying again. */
  get isOutcomeUnknown(): boolean {
    return this.kind === "outcome_unknown";
  }

  /** Whether a client that only reads has refused to write. Nothing was sent. */
  get isReadOnly(): boolean {
    return this.kind === "read_only";
  }

  /** Whether the item is unchanged (`ifNoneMatch`, 304). What you have of it is still good. */
  get isNotModified(): boolean {
    return this.kind === "not_modified";
  }

  /** Whether the client was closed. */
  get isClosed(): boolean {
    return this.kind === "closed";
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
/** There is no token: the provider or the store failed, Box refused, or the user must sign in again. */
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
/** A write of which nobody knows whether it was done: its reply was lost. Look before trying again. */
export class BoxOutcomeUnknownError extends BoxError {}
/** A client that only reads has refused to write. Nothing was sent. */
export class BoxReadOnlyError extends BoxError {}
/** The item is unchanged since the etag of `ifNoneMatch`. */
export class BoxNotModifiedError extends BoxError {}

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
  OutcomeUnknown: BoxOutcomeUnknownError,
  ReadOnly: BoxReadOnlyError,
  NotModified: BoxNotModifiedError,
};

// The names of the classes themselves don't survive minifiers.
for (const [name, { prototype }] of Object.entries(classes)) prototype.name = `Box${name}Error`;
BoxError.prototype.name = "BoxError";
// What the platform calls such errors, so that code that looks for the name finds it.
BoxAbortError.prototype.name = "AbortError";

/** What the engine tells of an error. */
export type ToldFacts = Omit<BoxErrorFacts, "hint"> & { class?: string; hint?: string };

let texts: { readonly [name: string]: string } = {};

/** Loads what the hints of errors say. */
export const explain = async () => void (texts = (await import("./hints.js")).hints);

/** The error that the engine tells of. */
export function errorOf({ class: name, hint, ...facts }: ToldFacts, cause?: unknown): BoxError {
  const known: BoxErrorFacts = hint ? { ...facts, hint: { name: hint, text: texts[hint] ?? "" } } : facts;
  return new (classes[name ?? ""] ?? BoxError)(known, cause === undefined ? undefined : { cause });
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

/** A call of a client that is closed. */
export const closed = (message = "the client is closed") => errorOf({ kind: "closed", message });

/** A call that its signal has ended. */
export const aborted = (signal: AbortSignal) =>
  errorOf({ class: "Abort", kind: "cancelled", message: "the call was aborted" }, signal.reason);

/** A sentence of what was thrown. Some platforms write the address into it, which may be as good as a token. */
export function reason(thrown: unknown): string {
  const { message, name } = (thrown ?? {}) as { message?: unknown; name?: unknown };
  const text = typeof thrown === "string" ? thrown : typeof message === "string" ? message : "";
  return text && !text.includes("://") ? text : String(name ?? "it failed");
}
