import { report } from "./error.js";

/** One HTTP exchange: a try of a call, a token request, or a look at what came of a lost reply. */
export interface BoxRequestEvent {
  type: "request";
  /** The operation, as `group.action`. */
  operation: string;
  "http.request.method": string;
  /** The path below the base URL, with the names of its parameters; none for where a redirect led. */
  "url.template"?: string;
  "server.address": string;
  "server.port": number;
  /** How many requests of this call came before, for whatever cause. */
  "http.request.resend_count": number;
  "http.response.status_code"?: number;
  /** The status as text, or the kind of the error. */
  "error.type"?: string;
  /** Box's id of the request, where it is readable. */
  requestId?: string;
  /** Seconds until the reply was read, or handed over as a stream (`http.client.request.duration`). */
  duration: number;
}

/** A wait before another try. */
export interface BoxRetryEvent {
  type: "retry";
  /** The operation, as `group.action`. */
  operation: string;
  /** How long, in seconds. */
  wait: number;
  /** What went wrong, as for requests. */
  "error.type": string;
  /** Requests of this call so far. */
  "http.request.resend_count": number;
}

/** The end of a call that writes. */
export interface BoxAuditEvent {
  type: "audit";
  /** The operation, as `group.action`. */
  operation: string;
  /** Whose session it was. */
  subject?: string;
  /** For whom it acted. */
  asUser?: string;
  /** Id of what it was about: the first of its path, or that of what it made. */
  target?: string;
  /** Box's id of the last request, where it is readable. */
  requestId?: string;
  /** Box did it, did not do it, nobody knows, or the caller left before the end. */
  outcome: "done" | "failed" | "unknown" | "cancelled";
  /** Status of the last reply. */
  "http.response.status_code"?: number;
}

/** What happens in calls. Never a query, a token, or content. */
export type BoxEvent = BoxRequestEvent | BoxRetryEvent | BoxAuditEvent;

const STATUS = "http.response.status_code";
const RESENDS = "http.request.resend_count";

/** What the engine tells, in its order. */
const kinds = [
  ["request", "operation", "http.request.method", "url.template", "server.address", "server.port", RESENDS, STATUS, "error.type", "requestId", "duration"],
  ["retry", "operation", "wait", "error.type", RESENDS],
  ["audit", "operation", "subject", "asUser", "target", "requestId", "outcome", STATUS],
] as const;

/** A fact of an event; times are milliseconds. */
export type Fact = string | number | null;

/** Tells a handler of what the engine tells, and of `made`, what the reply of the call has. What it throws is reported. */
export function teller(handler: (event: BoxEvent) => unknown): (facts: Fact[], made: unknown) => void {
  return ([kind, ...facts], made) => {
    const [type, ...names] = kinds[kind as 0 | 1 | 2];
    const event: { [name: string]: unknown } = { type };
    for (const [at, name] of names.entries()) {
      const fact = facts[at] ?? (name === "target" ? idOf(made) : null);
      if (fact !== null) event[name] = name === "wait" || name === "duration" ? (fact as number) / 1000 : fact;
    }
    try {
      Promise.resolve(handler(event as unknown as BoxEvent)).catch(report);
    } catch (thrown) {
      report(thrown);
    }
  };
}

function idOf(made: unknown): string | null {
  const { id, entries } = (made ?? {}) as { id?: unknown; entries?: [{ id?: unknown }?] };
  const found = id ?? entries?.[0]?.id;
  return typeof found === "string" ? found : null;
}
