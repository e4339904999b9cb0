import type { CallOptions } from "./call.js";
import type { Value } from "./engine.js";
import { usage } from "./error.js";

/** Limits of time in milliseconds. What isn't given is as the client has it, and `Infinity` is no limit. */
export interface BoxTimeouts {
  /** Longest wait for the first byte of a reply to a request that reads: 60,000. */
  firstByte?: number;
  /** The same for a request that writes, which may move a whole tree: 120,000. */
  firstByteOfWrite?: number;
  /** Window in which a body must move, out or in, by at least one byte per second: 20,000. */
  idle?: number;
  /** Longest time for a whole call, retries included: 600,000. Content has no such limit, as long as it moves. */
  total?: number;
}

/** What may be set for one call, for a client, and for a client that is derived from another. */
export interface BoxClientDefaults {
  /** Acts for this user (`as-user`); needs an application that may. */
  asUser?: string;
  /** A shared link that gives access to the item, as in `https://app.box.com/s/...`. */
  sharedLink?: string | { readonly url: string; readonly password?: string };
  /** Has Box send neither mails nor webhooks; for approved applications, and not in pages. */
  suppressNotifications?: boolean;
  /** Further header fields. In a page, each costs a preflight. */
  headers?: { readonly [name: string]: string };
  /** Refuses every action that writes, before anything is sent. */
  readOnly?: boolean;
  /** Longest time for the whole call in milliseconds, retries included; for content, until it begins. */
  timeout?: number;
  /** Further limits of time. */
  timeouts?: BoxTimeouts;
  /** Most tries of a call that fails for the moment; 1 tries once. */
  maxAttempts?: number;
}

/** Options as the core knows them. */
export function layer(options: CallOptions): Value {
  const { asUser, suppressNotifications, ifMatch, ifNoneMatch, readOnly, endpoint, sharedLink: link } = options;
  const { headers, timeouts, timeout, maxAttempts } = options;
  const limits = Object.entries(timeouts ?? {}).map(([name, limit]) => [name, number(name, limit)]);
  return {
    asUser,
    suppressNotifications,
    ifMatch,
    ifNoneMatch,
    readOnly,
    endpoint,
    sharedLink: typeof link === "object" ? link.url : link,
    sharedLinkPassword: typeof link === "object" ? link.password : undefined,
    headers: headers && Object.entries(headers),
    timeouts: timeouts && Object.fromEntries(limits),
    timeout: number("timeout", timeout),
    maxAttempts: number("maxAttempts", maxAttempts),
  };
}

function number(name: string, given: number | undefined): number | undefined {
  if (given === undefined) return undefined;
  if (Number.isNaN(given)) throw usage(`\`${name}\` is no number`);
  return Math.min(Math.max(given, 0), 2 ** 40);
}
