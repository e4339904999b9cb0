import type { Body, Host, Thing, Value } from "./engine.js";
import { reason } from "./error.js";

/** A request under way. */
export interface Flight {
  readonly controller: AbortController;
  response?: Response;
  value?: unknown;
}

interface Sending {
  method: string;
  url: string;
  headers: [string, string][];
  body: Body;
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
    const plan = await tell("head", response.status, [...response.headers]);
    if (plan === "hand over") return;
    delete flight.response;
    if (plan !== "buffer" && plan !== "keep") {
      // Nobody reads it: the connection is free for others.
      return void (await response.body?.cancel?.().catch(() => {}));
    }
    text = await response.text();
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

function send(flight: Flight, sending: Sending, body: BodyInit | null): Promise<Response> {
  const { method, url, headers, host, thing } = sending;
  const { signal } = flight.controller;
  const own = host?.fetch();
  const init = { method, headers, body, signal };
  if (thing?.send && body instanceof Blob) return thing.send(url, { ...init, body }, start(sending.body), own);
  // A browser's cache lets equal requests wait for each other, and Box forbids to cache what it answers.
  const platform: RequestInit = host?.page ? { cache: "no-store" } : { redirect: "manual" };
  return (own ?? fetch)(url, { ...init, ...platform });
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
