/// <reference lib="esnext.disposable" preserve="true" />
import { type Caller, groups, run, text } from "./action.js";
import { BoxCall, type CallOptions, type JsonValue, settling } from "./call.js";
import { type Engine, type Host, type Instance, type Thing, type Value, isPage, newId } from "./engine.js";
import { Gate } from "./gate.js";
import type { BoxApi, Item } from "./generated/index.js";
import type { BoxClientOptions, BoxTokens, ProvidedToken } from "./options.js";
import { type BoxClientDefaults, layer } from "./settings.js";

/** What `raw` may be given besides method and path. */
export interface RawParams {
  /** Query parameters. */
  query?: { readonly [name: string]: string | number | boolean | undefined };
  /** Body, sent as JSON. */
  body?: JsonValue;
}

/** A sign-in that has begun. */
export interface SignIn {
  /** The page on which the person signs in. */
  url: string;
  /** What ties the answer to this sign-in; keep it with the visitor's session. */
  state: string;
}

const callers = new WeakMap<BoxCalls, Caller>();

function become<T extends BoxCalls>(client: T, caller: Caller): T {
  callers.set(client, caller);
  return Object.assign(client, groups(caller));
}

/** The client without uploads and downloads. */
export class BoxCalls {
  /** @internal */
  constructor(engine: Engine, options: BoxClientOptions) {
    become(this, caller(engine, options));
  }

  /** @internal */
  protected static callerOf(client: BoxCalls): Caller {
    return callers.get(client) as Caller;
  }

  /**
   * A client with further options: `box.with({ asUser: "123" })`. It shares session, connections, limits of rate and the
   * budget of retries with this one, which stays as it is.
   */
  with(options: BoxClientDefaults): this {
    const derived = Object.assign(Object.create(Object.getPrototypeOf(this) as object) as this, this);
    return become(derived, behind(BoxCalls.callerOf(this), options));
  }

  /** A client that acts for this user (`as-user`); needs an application that may. */
  asUser(userId: string): this {
    return this.with({ asUser: userId });
  }

  /** A client with access to what a shared link opens. */
  withSharedLink(url: string, password?: string): this {
    return this.with({ sharedLink: password === undefined ? url : { url, password } });
  }

  /** A client that refuses every action that writes, before anything is sent. */
  readOnly(): this {
    return this.with({ readOnly: true });
  }

  /**
   * Takes no new calls, and waits until those that have begun are over, transfers and streams of `download` among them,
   * and new tokens are told. What is still under way at the deadline, in milliseconds, ends with an error of kind
   * `closed`. Derived clients close with it. Answers whether everything ended by itself.
   */
  async close({ deadline = 10_000 }: { deadline?: number } = {}): Promise<boolean> {
    const caller = BoxCalls.callerOf(this);
    caller.gate.shut = true;
    return (await import("./close.js")).close(caller, deadline);
  }

  /** A request that the package has no method for: `box.raw("GET", "/users/me")`. */
  raw<T = JsonValue>(method: string, path: string, params: RawParams = {}, options: CallOptions = {}): BoxCall<T> {
    const query = Object.entries(params.query ?? {}).flatMap(([name, value]) => {
      const written = text(value);
      return written === null ? [] : [[name, written]];
    });
    const body = params.body === undefined ? null : JSON.stringify(params.body);
    const values = async (_: Instance, client: number) => [client, method, path, query, body];
    const caller = BoxCalls.callerOf(this);
    return new BoxCall<T>(() => caller.gate.run(() => run(caller, options, "raw", values)));
  }

  /** The item with exactly this name in a folder, `undefined` if there is none. Looks through all pages. */
  async findInFolder(folderId: string, name: string, options?: CallOptions): Promise<Item | undefined> {
    const params = { fields: ["type", "id", "name", "etag", "size", "sha1"], limit: 1000 };
    const { folders } = this as unknown as BoxApi;
    for await (const item of folders.listItems(folderId, params, options)) {
      if (item.name === name) return item;
    }
    return undefined;
  }

  /** Moves a folder with everything inside to the trash. */
  deleteTree(folderId: string, options?: CallOptions): BoxCall<void> {
    return (this as unknown as BoxApi).folders.delete(folderId, { recursive: true }, options);
  }

  /** Begins the sign-in of a person: send the browser to `url`. */
  async beginSignIn(redirectUri?: string): Promise<SignIn> {
    const caller = BoxCalls.callerOf(this);
    const instance = await caller.engine.ready();
    const entropy = [...crypto.getRandomValues(new Uint8Array(32))];
    const begun = await instance.run("begin", 0, await caller.id(instance), entropy, redirectUri ?? null);
    const [url = "", state = ""] = begun as string[];
    return { url, state };
  }

  /**
   * Ends a sign-in with the URL to which Box sent the browser back. The code in it lives 30 seconds. New tokens have
   * been told to `tokensChanged` when this resolves.
   */
  async finishSignIn(answer: string, state: string, redirectUri?: string): Promise<void> {
    const caller = BoxCalls.callerOf(this);
    await caller.gate.run(async () => {
      const instance = await caller.engine.ready();
      const client = await caller.id(instance);
      const thing = { id: newId() } as Thing;
      caller.gate.check();
      return settling(
        thing,
        () => undefined,
        () => instance.begin(thing, client, "finish", thing.id, client, answer, redirectUri ?? null, state),
      );
    });
  }
}

/** Closes the client as `close` does: `await using box = new BoxClient(...)`. */
export interface BoxCalls extends AsyncDisposable {}
if (Symbol.asyncDispose) {
  BoxCalls.prototype[Symbol.asyncDispose] = async function () {
    await this.close();
  };
}

/** Told of clients that nobody holds any more: servers make one for every visitor. Some workers don't have it. */
const unheld =
  typeof FinalizationRegistry === "function"
    ? new FinalizationRegistry<[Instance, number]>(([instance, id]) => instance.leave(id))
    : undefined;

/** The caller of a derived client. What it came from lives as long as it does. */
function behind(root: Caller, options: BoxClientDefaults): Caller {
  return Object.create(root, {
    id: { value: (instance: Instance) => root.id(instance) },
    layers: { value: [layer(options), ...root.layers] },
  }) as Caller;
}

function caller(engine: Engine, options: BoxClientOptions): Caller {
  const { auth, hosts, retry, middleware, onEvent } = options;
  const page = isPage();
  let tokens: Partial<BoxTokens> = {};
  const host: Host = {
    page,
    middleware,
    fetch: () => options.fetch,
    async ask(why) {
      const given = typeof auth === "function" ? await auth({ reason: why }) : undefined;
      const { accessToken, expiresIn } = (typeof given === "string" ? { accessToken: given } : (given ?? {})) as Partial<ProvidedToken>;
      return { token: accessToken || null, seconds: expiresIn ?? null };
    },
    async changed(changed) {
      tokens = changed as Partial<BoxTokens>;
      await options.tokensChanged?.({ ...changed } as unknown as BoxTokens);
    },
  };
  if (typeof auth !== "function" && "clientSecret" in auth && typeof document === "object") {
    console.warn(
      "box-wasm: a client secret is in this page, where every visitor can read it. Keep it on a server, and let a " +
        "function as `auth` ask that for tokens.",
    );
  }
  const listening = async () => {
    if (onEvent) host.event ??= (await import("./events.js")).teller(onEvent);
  };
  const known = new WeakMap<Instance, Promise<number>>();
  const made = (): Value => ({
    ...(typeof auth === "function" ? { provider: true } : { ...auth }),
    // After a trap, the tokens that were in force before it.
    ...tokens,
    ...hosts,
    page,
    announces: true,
    observed: !!onEvent,
    authTimeout: options.authTimeout,
    maxAttempts: retry?.maxAttempts,
    retryBase: retry?.base,
    retryCap: retry?.cap,
    retryMaxWait: retry?.maxWait,
    rateLimits: options.rateLimits,
    retryBudget: options.retryBudget,
  });
  return {
    engine,
    gate: new Gate(),
    layers: [layer(options)],
    id(instance) {
      let id = known.get(instance);
      if (id === undefined) {
        known.set(instance, (id = listening().then(() => instance.client(host, made()))));
        id.then(
          (id) => unheld?.register(this, [instance, id]),
          () => known.delete(instance),
        );
      }
      return id;
    },
  };
}
