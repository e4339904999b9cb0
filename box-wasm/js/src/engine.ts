import { type BoxError, type ToldFacts, errorOf, explain, internal, reason, report } from "./error.js";
import type { Fact } from "./events.js";
import type { BoxMiddleware } from "./middleware.js";
import type { BoxSigner } from "./options.js";
import { type Flight, receive } from "./request.js";

/** A value of a command. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value | undefined };

/** Something under way: it ends once, by `done` or `fail`. */
export interface Thing {
  readonly id: number;
  /** Ends what it hands over, too. */
  signal?: AbortSignal | undefined;
  done(value: unknown, status: number, headers: [string, string][]): void;
  fail(error: BoxError): void;
  /** Reads its reply; `JSON.parse` if nothing else is given. */
  parse?: ((text: string) => unknown) | undefined;
  /** The source that its requests refer to. */
  slice?(start: number, end: number): Blob;
  /** Sends a request with a range of the source, and tells how much has gone out. `start` is the place in the source
   * at which the body begins; it lies before the source where text leads the body. */
  send?(url: string, init: RequestInit & { body: Blob }, start: number, own?: typeof fetch): Promise<Response>;
  digest?(start: number, end: number): void;
  /** The content of a download, which must move in every window of so many milliseconds. */
  content?(size: number | null, flight: Flight, window: number): void;
}

/** What a client gives the engine. */
export interface Host {
  /** Its `fetch`, looked up for every request. */
  fetch(): typeof fetch | undefined;
  /** Whether the platform follows redirects out of sight. */
  readonly page: boolean;
  /** Stands around its requests. */
  readonly middleware: readonly BoxMiddleware[] | undefined;
  /** Told what happens in its calls, and what the reply of the call has. */
  event?(facts: Fact[], made: unknown): void;
  /** Asked for a token. */
  ask(reason: string): Promise<{ token: string | null; seconds: number | null }>;
  /** Told of new tokens. */
  changed(tokens: { [name: string]: unknown }): Promise<unknown>;
  /** What its token provider was asked last, and what it threw. */
  asked?: unknown;
  thrown?: unknown;
  /** What it was told last. */
  telling?: unknown;
  /** Asked to do a step of its session. */
  step(instance: Instance, client: number, turn: number, ...asked: unknown[]): void;
  /** Signs for its session. */
  signer?: BoxSigner;
  /** Told that the client is gone. */
  left?: (() => void) | undefined;
  /** Ends what it does for the client. */
  end?: (() => void) | undefined;
}

interface Exports extends WebAssembly.ModuleImports {
  memory: WebAssembly.Memory;
  /** The pointer to the stack. */
  S: WebAssembly.Global;
  input(length: number): number;
  run(): number;
  output(): number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
let ids = 0;

let [clock, at] = [0, 0];

/** The time in milliseconds since 1970, which never goes back: a wait must end also when a clock is set. */
function now(): number {
  const passed = performance.now();
  [clock, at] = [Math.max(Date.now(), clock + passed - at), passed];
  return Math.floor(clock);
}

/** A page has an address, and its platform guards what it may read; a server has none, and reads everything. */
export const isPage = () => typeof location === "object" && location !== null;

/** A number that nothing else has. */
export const newId = () => ++ids;

/** A module, loaded when it is first asked for, and again after that failed. */
function loaded(load: () => Promise<WebAssembly.Module>): () => Promise<WebAssembly.Module> {
  let module: Promise<WebAssembly.Module> | undefined;
  return () =>
    (module ??= load().catch((thrown) => {
      module = undefined;
      throw internal(`the WebAssembly module can't be loaded: ${reason(thrown)}`, thrown);
    }));
}

/** The part of the module that transfers need. */
export const TRANSFERS = 1;

/**
 * The module and its one instance. After a trap the next user gets a new one. The module is in parts: what pages use day by
 * day, what transfers use besides, and the rest. They are loaded when they are needed.
 */
export class Engine {
  readonly #parts: readonly (() => Promise<WebAssembly.Module>)[];
  #instance: Instance | undefined;

  /** @internal */
  constructor(...parts: (() => Promise<WebAssembly.Module>)[]) {
    this.#parts = parts.map(loaded);
  }

  /** A part of the module. */
  async load(part: number): Promise<WebAssembly.Module> {
    return this.#parts[part]?.() as Promise<WebAssembly.Module>;
  }

  /** The instance, if it is there and well. */
  get instance(): Instance | undefined {
    return this.#instance?.trap === undefined ? this.#instance : undefined;
  }

  /** The instance, loaded if need be. */
  async ready(): Promise<Instance> {
    if (this.instance) return this.instance;
    // A server has all of them at hand.
    const needed = isPage() ? this.#parts.slice(0, 1) : this.#parts;
    const modules = await Promise.all(needed.map((load) => load()));
    return this.instance ?? (this.#instance = new Instance(this, modules, this.#parts.length));
  }
}

/** All machines of all clients, and what they wait for. */
export class Instance {
  /** What ended it. */
  trap: unknown;
  readonly #wasm: Exports;
  readonly #things = new Map<number, Thing & { client: number }>();
  readonly #hosts = new Map<number, Host>();
  readonly #rows = new Map<string, number>();
  readonly #flights = new Map<string, Flight>();
  readonly #engine: Engine;
  /** Parts of the module that aren't there. */
  readonly #missing = new Set<number>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #next: number | null = null;
  /** Commands that wait for them, in order. */
  #queue: Promise<unknown> | undefined;

  /** @internal */
  constructor(engine: Engine, [first, ...others]: readonly WebAssembly.Module[], parts: number) {
    this.#engine = engine;
    this.#wasm = new WebAssembly.Instance(first as WebAssembly.Module, {}).exports as unknown as Exports;
    for (let part = 1; part < parts; part += 1) {
      const module = others[part - 1];
      if (module) this.#link(module);
      else this.#missing.add(part);
    }
  }

  #link(module: WebAssembly.Module): void {
    new WebAssembly.Instance(module, { p: this.#wasm });
  }

  /** Adds a part of the module, unless it is there. */
  async add(part: number): Promise<void> {
    if (!this.#missing.has(part)) return;
    const module = await this.#engine.load(part);
    if (this.#missing.delete(part)) this.#link(module);
  }

  /** A client, made by a command. */
  async client(host: Host, name: string, ...values: Value[]): Promise<number> {
    const id = newId();
    await this.run(name, id, ...values);
    this.#hosts.set(id, host);
    return id;
  }

  /** Lets go of a client that nobody holds any more, as soon as nothing is under way for it. */
  leave(id: number, left?: () => void): void {
    const host = this.#hosts.get(id);
    if (host) host.left = left;
    else left?.();
    void this.tell("leave", id);
  }

  /** Ends all that is under way for a client. */
  expel(client: number, error: BoxError): void {
    for (const thing of [...this.#things.values()]) {
      if (thing.client !== client) continue;
      this.drop(thing.id);
      thing.fail(error);
    }
  }

  /** The number of a row. */
  async row(group: string, text: string): Promise<number> {
    const name = `${group}.${text}`;
    let id = this.#rows.get(name);
    if (id === undefined) {
      this.#rows.set(name, (id = newId()));
      await this.run("row", id, group, text);
    }
    return id;
  }

  /** Begins a thing; from then on it ends by `done` or `fail`, whatever happens. */
  begin(thing: Thing, client: number, name: string, ...values: Value[]): void {
    this.#things.set(thing.id, Object.assign(thing, { client }));
    const fail = (error: unknown) => {
      this.#things.delete(thing.id);
      thing.fail(error as BoxError);
    };
    try {
      const later = this.run(name, ...values);
      if (later instanceof Promise) later.catch(fail);
    } catch (error) {
      fail(error);
    }
  }

  /** Lets go of a thing, which doesn't end any more. */
  drop(id: number): void {
    this.#things.delete(id);
    void this.tell("drop", id);
  }

  /** Carries a command out. What it answers comes back; as a promise if more of the module must be loaded before. */
  run(name: string, ...values: readonly Value[]): unknown {
    const command = JSON.stringify([name, now(), ...values]);
    return this.#queue ? this.#later(command) : this.#carry(command);
  }

  /** Carries a command out when all of the module is there. */
  #later(command: string): Promise<unknown> {
    const turn = (this.#queue ?? this.#completed()).then(() => this.#carry(command));
    const last = (this.#queue = turn
      .catch(() => {})
      .then(() => {
        if (this.#queue === last) this.#queue = undefined;
      }));
    return turn;
  }

  /** Without it nothing goes on: the next call begins anew. */
  async #completed(): Promise<void> {
    try {
      await Promise.all([...this.#missing].map((part) => this.add(part)));
    } catch (thrown) {
      this.#die(thrown);
    }
  }

  #carry(command: string): unknown {
    if (this.trap !== undefined) throw internal("the WebAssembly module has failed", this.trap);
    const said = this.#call(command);
    if (!said) return this.#later(command);
    const [next, ...outputs] = said;
    // First of all: what is carried out may itself tell the machines something, and change the time.
    if (next !== this.#next) this.#rest(next);
    let answer: unknown;
    let thrown: BoxError | undefined;
    for (const [kind, ...rest] of outputs) {
      if (kind === "answer") answer = rest[0];
      else if (kind === "plan") answer = rest;
      else if (kind === "throw") thrown = errorOf(rest[0] as unknown as ToldFacts);
      else this.#do(kind, rest);
    }
    this.#hold();
    if (thrown) throw thrown;
    return answer;
  }

  /** What the module says to a command; nothing if it needs what isn't there for that. */
  #call(command: string): [number | null, ...[string, ...never[]][]] | undefined {
    const wasm = this.#wasm;
    const before = this.#missing.size ? ([new Uint8Array(wasm.memory.buffer).slice(), wasm.S.value] as const) : undefined;
    try {
      const bytes = encoder.encode(command);
      // First of all: making room may replace the memory's buffer.
      const at = wasm.input(bytes.length);
      new Uint8Array(wasm.memory.buffer, at, bytes.length).set(bytes);
      const length = wasm.run();
      return JSON.parse(decoder.decode(new Uint8Array(wasm.memory.buffer, wasm.output(), length)));
    } catch (thrown) {
      if (before) {
        // Something was called that isn't there. It is as if nothing had been said.
        new Uint8Array(wasm.memory.buffer).set(before[0]);
        wasm.S.value = before[1];
        return undefined;
      }
      this.#die(thrown);
      throw internal("the WebAssembly module has failed", thrown);
    }
  }

  /** Nothing of this instance can be trusted any more. */
  #die(thrown: unknown): void {
    this.trap = thrown;
    clearTimeout(this.#timer);
    for (const flight of this.#flights.values()) flight.controller.abort();
    for (const thing of this.#things.values()) {
      thing.fail(internal("the WebAssembly module has failed", thrown));
    }
    for (const client of this.#hosts.keys()) this.#left(client);
    this.#flights.clear();
    this.#things.clear();
  }

  #do(kind: string, rest: never[]): void {
    switch (kind) {
      case "send":
        return this.#send(...(rest as unknown as Sending));
      case "cancel":
        return this.#cancel(...(rest as unknown as [number, number?]));
      case "done":
        return this.#done(...(rest as unknown as Done));
      case "fail": {
        const [id, facts] = rest as unknown as [number, ToldFacts];
        const thing = this.#end(id);
        const cause = /^(session|persist_failed)$/.test(facts.kind) && thing ? this.#hosts.get(thing.client)?.thrown : undefined;
        const fail = () => thing?.fail(errorOf(facts, cause));
        return void (facts.hint ? explain().then(fail, fail) : fail());
      }
      case "digest": {
        const [id, start, end] = rest as unknown as [number, number, number];
        return this.#things.get(id)?.digest?.(start, end);
      }
      case "content": {
        const [id, size, key, request, window] = rest as unknown as [number, number | null, number, number, number];
        const flight = this.#landed(key, request);
        return flight && this.#things.get(id)?.content?.(size, flight, window);
      }
      case "event": {
        const [client, key, ...facts] = rest as unknown as [number, number, ...Fact[]];
        const [, flight] = [...this.#flights].find(([name]) => name.startsWith(`${key}.`)) ?? [];
        return this.#hosts.get(client)?.event?.(facts, flight?.value);
      }
      case "left":
        return this.#left(rest[0] as unknown as number);
      case "session": {
        const [client, ...asked] = rest as unknown as [number, number, string];
        return this.#hosts.get(client)?.step(this, client, ...asked);
      }
      case "ask":
        return this.#ask(...(rest as unknown as [number, string]));
      case "changed": {
        const [client, tokens] = rest as unknown as [number, { [name: string]: unknown }];
        const host = this.#hosts.get(client);
        if (!host) return;
        const telling = (host.telling = host.changed(tokens).catch(report));
        // One that took too long doesn't answer for the next.
        return void telling.then(() => host.telling === telling && this.tell("announced", client));
      }
    }
  }

  #left(client: number): void {
    const host = this.#hosts.get(client);
    this.#hosts.delete(client);
    host?.end?.();
    host?.left?.();
  }

  #ask(client: number, why: string): void {
    const host = this.#hosts.get(client);
    if (!host) return;
    const asked = (host.asked = host.ask(why));
    host.thrown = undefined;
    const tell = (thrown: unknown, ...values: Value[]) => {
      // Of an ask whose time was over nobody wants to know.
      if (host.asked !== asked) return;
      host.thrown = thrown;
      void this.tell("provided", client, ...values);
    };
    asked.then(
      ({ token, seconds }) => tell(undefined, token, seconds),
      (thrown) => tell(thrown, null, null, reason(thrown)),
    );
  }

  #send(key: number, request: number, client: number, id: number, ...rest: Request): void {
    const [method, url, headers, body, about] = rest;
    const [host, thing] = [this.#hosts.get(client), this.#things.get(id)];
    const flight: Flight = { controller: new AbortController(), received: 0 };
    const name = `${key}.${request}`;
    this.#flights.set(name, flight);
    const tell = async (what: string, ...values: Value[]) => {
      return this.#flights.has(name) ? this.tell(what, key, request, ...values) : undefined;
    };
    void receive(flight, { method, url, headers, body, about, host, thing }, tell).then(() => this.#flights.delete(name));
  }

  #cancel(key: number, request?: number): void {
    const of = request === undefined ? `${key}.` : `${key}.${request}`;
    for (const [name, flight] of this.#flights) {
      if (name === of || (request === undefined && name.startsWith(of))) {
        this.#flights.delete(name);
        flight.controller.abort();
      }
    }
  }

  #done(...[id, status, headers, key, request, text, isValue]: Done): void {
    const flight = key == null || request == null ? undefined : this.#landed(key, request);
    const thing = this.#end(id);
    // A body that is still to be read ends with the signal of its call, as that of `fetch` does.
    if (flight?.response && thing?.signal) {
      // Not held by a signal that may live for ever.
      const controller = new WeakRef(flight.controller);
      thing.signal.addEventListener("abort", () => controller.deref()?.abort(), { once: true });
    }
    const done = (value: unknown) => thing?.done(value, status ?? 0, headers ?? []);
    if (isValue) {
      try {
        return done((thing?.parse ?? JSON.parse)(text as string));
      } catch (thrown) {
        return thing?.fail(errorOf({ kind: "decode", message: "the reply is not JSON" }, thrown));
      }
    }
    if (!flight?.response) return done(flight ? flight.value : text);
    const handOver = async () => {
      const { handed } = await import("./handed.js");
      const response = handed(this, flight, text as number);
      held.set(response, flight.controller);
      done(response);
    };
    handOver().catch((thrown) => thing?.fail(internal("the reply can't be handed on", thrown)));
  }

  #landed(key: number, request: number): Flight | undefined {
    const name = `${key}.${request}`;
    const flight = this.#flights.get(name);
    this.#flights.delete(name);
    return flight;
  }

  #end(id: number): (Thing & { client: number }) | undefined {
    const thing = this.#things.get(id);
    this.#things.delete(id);
    return thing;
  }

  /** Tells the machines what came of something. There is nobody to throw at. */
  async tell(name: string, ...values: Value[]): Promise<unknown> {
    if (this.trap !== undefined) return undefined;
    try {
      return await this.run(name, ...values);
    } catch {
      return undefined;
    }
  }

  /** In Node a timer keeps its process alive, which is right only for what somebody waits for. */
  #hold(): void {
    const timer = this.#timer as { ref?(): void; unref?(): void } | undefined;
    if (this.#things.size + this.#flights.size) timer?.ref?.();
    else timer?.unref?.();
  }

  /** What has come of the bodies that come in. */
  #moved(): Value {
    return [...this.#flights].flatMap(([name, { received }]) => (received ? [[...name.split(".").map(Number), received]] : []));
  }

  #rest(next: number | null): void {
    this.#next = next;
    clearTimeout(this.#timer);
    if (next === null) return;
    const wait = Math.min(Math.max(next - now(), 0), 2 ** 31 - 1);
    this.#timer = setTimeout(() => {
      this.#next = null;
      void this.tell("tick", this.#moved());
    }, wait);
  }
}

/** A request lives as long as its response. */
const held = new WeakMap<Response, AbortController>();

/** A body of a request: nothing, text, or texts and ranges of a source. */
export type Body = null | string | readonly (string | readonly [number, number])[];
/** What a request is for: its operation, the template of its path, how many requests of its call came before. */
export type About = readonly [operation: string, urlTemplate: string | null, resendCount: number];
type Request = [method: string, url: string, headers: [string, string][], body: Body, about: About];
type Sending = [key: number, request: number, client: number, thing: number, ...Request];
type Done = [
  id: number,
  status?: number,
  headers?: [string, string][],
  key?: number | null,
  request?: number | null,
  /** Of a body that was handed over, the window in which it must move. */
  text?: string | number,
  /** Whether the text is JSON of which the caller wants the value. */
  isValue?: boolean,
];
