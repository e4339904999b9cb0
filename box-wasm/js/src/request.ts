import type { About, Body, Host, Thing, Value } from "./engine.js";
import { reason } from "./error.js";

/** A request under way. */
export interface Flight {
  readonly controller: AbortController;
  /** Bytes of the reply's body that have come. */
  received: number;
  response?: Response;
  value?: unknown;
}

interface Sending {
  method: string;
  url: string;
  headers: [string, string][];
  body: Body;
  about: About;
  host: Host | undefined;
  thing: Thing | undefined;
}

/** Told what comes of a request; answers what to do with its body. */
type Tell = (name: string, ...values: Value[]) => Promise<unknown>;

/** Sends a request and does with its reply what the core says. */
export async function receive(flight: Flight, sending: Sending, tell: Tell): Promise<void> {
  const lost = async (thrown: unknown, kind = "transport") => void (await tell("lost", kind, reason(thrown)));
  let content: BodyInit | null;
  try {
    content = compose(sending.body, sending.thing);
  } catch (thrown) {
    return lost(thrown, "io");
  }
  try {
    new Headers(sending.headers);
  } catch {
    // What is thrown quotes the value, which may be a token.
    return lost("a header field has characters that it can't have", "input");
  }
  let response: Response;
  try {
    response = await send(flight, sending, content);
  } catch (thrown) {
    return lost(thrown);
  }
  let text: string;
  try {
    // An application's own `fetch` may answer anything.
    flight.response = response;
    const told = await tell("head", response.status, [...response.headers]);
    const [plan, most] = (told ?? []) as [plan?: string, most?: number];
    if (plan === "hand over") return;
    delete flight.response;
    if (plan !== "buffer" && plan !== "keep") {
      // Nobody reads it: the connection is free for others.
      return void (await response.body?.cancel?.().catch(() => {}));
    }
    const read = await textOf(response, flight, most ?? 0);
    // The status of an error counts all the same.
    if (read === undefined) return lost(`the reply is longer than ${most} bytes`, "decode");
    text = read;
    if (plan === "buffer") return void (await tell("body", text));
  } catch (thrown) {
    return lost(thrown);
  }
  try {
    flight.value = text === "" ? undefined : (sending.thing?.parse ?? JSON.parse)(text);
  } catch {
    return lost("the reply is not JSON", "decode");
  }
  await tell("kept");
}

/** The body of a reply; nothing if it is too long. */
async function textOf(response: Response, flight: Flight, most: number): Promise<string | undefined> {
  const reader = response.body?.getReader?.();
  // An application's own `fetch` may answer anything.
  if (!reader) return response.text();
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    flight.received += value.length;
    if (flight.received > most) {
      reader.cancel().catch(() => {});
      return undefined;
    }
    text += decoder.decode(value, { stream: true });
  }
}

async function send(flight: Flight, sending: Sending, body: BodyInit | null): Promise<Response> {
  const { host, thing, about } = sending;
  const own = host?.fetch();
  // A browser's cache lets equal requests wait for each other, and Box forbids to cache what it answers.
  const platform: RequestInit = host?.page ? { cache: "no-store" } : { redirect: "manual" };
  const last = async (url: string, init: RequestInit) => {
    if (thing?.send && init.body instanceof Blob) {
      return thing.send(url, { ...init, body: init.body }, start(sending.body), own);
    }
    return (own ?? fetch)(url, { ...init, ...platform });
  };
  const init = { method: sending.method, headers: sending.headers, body, signal: flight.controller.signal };
  if (!host?.middleware?.length) return last(sending.url, init);
  const { through } = await import("./middleware.js");
  const [operation, urlTemplate, resendCount] = about;
  const facts = { operation, urlTemplate: urlTemplate ?? undefined, resendCount };
  const request = { ...init, ...facts, url: sending.url, headers: new Headers(sending.headers) };
  return through(host.middleware, request, ({ url, method, headers, body, signal }) =>
    last(url, { method, headers: [...headers], body, signal }),
  );
}

/** Where in the source a body begins, less what stands before it. */
function start(body: Body): number {
  let before = 0;
  for (const part of body ?? []) {
    if (typeof part !== "string") return part[0] - before;
    before += new TextEncoder().encode(part).length;
  }
  return 0;
}

/** A body as the platform takes it. What comes of a source is a slice of it, not a copy. */
function compose(body: Body, thing: Thing | undefined): BodyInit | null {
  if (body === null || typeof body === "string") return body;
  const slice = ([start, end]: readonly [number, number]) => {
    if (!thing?.slice) throw new Error("the source of this body is gone");
    return thing.slice(start, end);
  };
  return new Blob(body.map((part) => (typeof part === "string" ? part : slice(part))));
}
