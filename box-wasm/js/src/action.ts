import { type Answer, BoxCall, BoxList, type CallOptions, blobOf, isBytes, settling } from "./call.js";
import { type Engine, type Host, type Instance, type Thing, type Value, newId } from "./engine.js";
import { BoxError, aborted, internal, reason, usage } from "./error.js";
import type { Gate } from "./gate.js";
import type { BoxClientOptions } from "./options.js";
import { type Action, type Row, table } from "./row.js";
import { layer } from "./settings.js";

/** What actions need of their client. */
export interface Caller {
  readonly engine: Engine;
  /** Those under way. */
  readonly gate: Gate;
  /** Its options, and those of the clients from which it was derived. */
  readonly layers: readonly Value[];
  readonly options: BoxClientOptions;
  readonly host: Host;
  /** Of a client with a session of its own: the one from which it was derived, and for what, as JSON. */
  readonly from?: Caller;
  readonly what?: string;
  /** That session, as long as the client is held. */
  held?: object;
  /** The client's number in an instance. */
  id(instance: Instance): Promise<number>;
}

/** The groups of the table, with a method for each action. */
export function groups(caller: Caller): { [group: string]: { [action: string]: unknown } } {
  const made: { [group: string]: { [action: string]: unknown } } = {};
  for (const { group, actions } of table()) {
    const methods: { [action: string]: unknown } = (made[group] = {});
    for (const [name, action] of actions) methods[name] = (...given: unknown[]) => call(caller, action, given);
  }
  return made;
}

function call(caller: Caller, action: Action, given: unknown[]): unknown {
  const answer = async () => {
    const { row, options, values, content } = await prepared(caller, action, given);
    const of = async (instance: Instance, client: number) => [client, await instance.row(row.group, row.text), values];
    return run(caller, options, "call", of, content, row.parse);
  };
  const one = () => caller.gate.run(answer);
  if (!action.paged) return new BoxCall(one);
  return new BoxList(one, () => pages(caller, action, given), itemsOf);
}

/** What a call needs: its row and what it was given, as it is now. Rows and the module are loaded beside each other. */
async function prepared(caller: Caller, action: Action, given: unknown[]) {
  const copy = attempt(action, () => given.map(copied));
  const [row] = await Promise.all([action.row(), caller.engine.ready()]);
  const options = (copy[row.path + 1] ?? {}) as CallOptions;
  return { row, options, ...attempt(action, () => written(row, copy)) };
}

/** Its caller may go on to change it while a row is loaded. */
function copied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copied);
  if (isBytes(value)) return blobOf(value);
  if (!value || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, copied(member)]));
}

/** Nothing but the caller's values can fail here. */
function attempt<T>(action: Action, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    throw thrown instanceof BoxError ? thrown : usage(`${action.id}: ${reason(thrown)}`);
  }
}

/** Makes one call. */
export async function run(
  caller: Caller,
  options: CallOptions,
  name: string,
  values: (instance: Instance, client: number) => Promise<Value[]>,
  content?: Blob,
  parse?: Thing["parse"],
): Promise<Answer<never>> {
  if (options.signal?.aborted) throw aborted(options.signal);
  const instance = await caller.engine.ready();
  const client = await caller.id(instance);
  const given = await values(instance, client);
  const thing = { id: newId(), signal: options.signal, parse } as Thing;
  if (content) thing.slice = (start, end) => content.slice(start, end);
  return ending(instance, thing, options.signal, () =>
    settling(
      thing,
      // A reply without a body.
      (value) => (value === "" ? undefined : value) as never,
      () => instance.begin(thing, client, name, thing.id, ...given, settings(caller, options)),
    ),
  );
}

/** Ends a thing when its signal says so. */
export function ending<T>(
  instance: Instance,
  thing: Thing,
  signal: AbortSignal | undefined,
  begin: () => Promise<T>,
): Promise<T> {
  if (!signal) return begin();
  if (signal.aborted) return Promise.reject(aborted(signal));
  return new Promise((resolve, reject) => {
    const abort = () => {
      instance.drop(thing.id);
      reject(aborted(signal));
    };
    signal.addEventListener("abort", abort);
    begin()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", abort));
  });
}

/** Options of a call that is about to begin, then those of its client. */
export function settings(caller: Caller, options: CallOptions): Value {
  caller.gate.check();
  return [layer(options), ...caller.layers];
}

async function* pages(
  caller: Caller,
  action: Action,
  given: unknown[],
): AsyncGenerator<Answer<never>, void, undefined> {
  const { row, options, values } = await prepared(caller, action, given);
  const instance = await caller.engine.ready();
  const list = newId();
  const client = await caller.id(instance);
  await instance.run("pages", list, client, await instance.row(row.group, row.text), values);
  let thing: Thing | undefined;
  const page = (): Promise<Answer<never>> => {
    const asked = (thing = { id: newId(), parse: row.parse } as Thing);
    const answer = () =>
      settling(
        asked,
        (value) => value as never,
        () => instance.begin(asked, client, "page", asked.id, list, settings(caller, options)),
      );
    return caller.gate.run(() => ending(instance, asked, options.signal, answer));
  };
  try {
    let ahead: Promise<Answer<never>> | undefined;
    for (let more = true; more; ) {
      if (options.signal?.aborted) throw aborted(options.signal);
      const answer = await (ahead ?? page());
      let failed: unknown;
      try {
        // Before it is handed out, as it may be changed then.
        more = (await instance.run("turn", list, facts(answer.data))) === true;
        ahead = more && options.prefetch ? page() : undefined;
        // What it fails with is thrown when its turn comes.
        ahead?.catch(() => {});
      } catch (thrown) {
        failed = thrown;
      }
      yield answer;
      if (failed) throw failed;
    }
  } finally {
    instance.drop(list);
    if (thing) {
      instance.drop(thing.id);
      thing.fail?.(internal("nobody waits for this page any more"));
    }
  }
}

/** A page, as far as paging is concerned. */
interface Page {
  readonly entries?: readonly unknown[] | null;
  readonly [name: string]: unknown;
}

const itemsOf = (page: unknown) => (page as Page | undefined)?.entries ?? [];

/** What paging must know of a page: its scalars, and how many items it has. */
function facts(page: Page | undefined): Value {
  const scalars = Object.entries(page ?? {}).filter(([, value]) => ["string", "number"].includes(typeof value));
  return { ...(Object.fromEntries(scalars) as { [name: string]: Value }), entries: itemsOf(page).length };
}

function written(row: Row, given: unknown[]): { values: Value[]; content?: Blob } {
  const values: Value[] = given.slice(0, row.path).map((value) => text(value));
  while (values.length < row.path) values.push(null);
  const params = (given[row.path] ?? {}) as { readonly [name: string]: unknown };
  const names = new Set(row.params.map(([, name]) => member(name)));
  for (const name of Object.keys(params)) {
    if (!names.has(name)) throw usage(`${row.id} has no parameter \`${name}\``);
  }
  let content: Blob | undefined;
  for (const [code, name] of row.params) {
    const value = params[member(name)];
    if (value === undefined) values.push(null);
    else if (code === "o" || code === "c") {
      content = blobOf(value);
      values.push(content.size);
    } else if ("qhf".includes(code)) values.push(text(value));
    else if (code === "m") values.push(Array.isArray(value) && value.length ? value.map(text).join("\n") : null);
    else if (code === "j" && value === null) values.push(null);
    else values.push(JSON.stringify(value) ?? null);
  }
  return content ? { values, content } : { values };
}

/** The whole body is called `body`. */
const member = (name: string) => (name === "*" ? "body" : name);

/** A value in a path, a query, a header or a form. */
export function text(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return value.length ? value.map(text).join(",") : null;
  return value instanceof Date ? value.toISOString() : String(value);
}
