/// <reference lib="esnext.disposable" preserve="true" />
import { type Caller, groups, run, text } from "./action.js";
import { BoxCall, type CallOptions, type JsonValue } from "./call.js";
import { type Engine, type Host, type Instance, type Value, isPage } from "./engine.js";
import { reason } from "./error.js";
import { Gate } from "./gate.js";
import type { BoxApi, Item } from "./generated/index.js";
import type { BoxClientOptions, BoxDownscope, BoxTokens, ProvidedToken } from "./options.js";
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
    const root = BoxCalls.callerOf(this);
    return derive(this, {
      id: { value: (instance: Instance) => root.id(instance) },
      layers: { value: [layer(options), ...root.layers] },
    });
  }

  /** A client that acts for this user (`as-user`); needs an application that may. */
  asUser(userId: string): this {
    return this.with({ asUser: userId });
  }

  /** A client with access to what a shared link opens. */
  withSharedLink(url: string, password?: string): this {
    return this.with({ sharedLink: password === undefined ? url : { url, password } });
  }

  /**
   * A client with a session of its own, for this user of the enterprise, whom `asUser` no longer replaces. Needs client
   * credentials or a key. What acts for the same subject shares one session, and traffic and options with this client.
   */
  withUserSubject(userId: string): this {
    return beside(this, { userId });
  }

  /** A client with a session of its own, for the application's service account in this enterprise. */
  withEnterpriseSubject(enterpriseId: string): this {
    return beside(this, { enterpriseId });
  }

  /** A client with tokens that may do less than those of this one: to use, or by `accessToken` to give to a page. */
  downscoped({ scopes = [], item, annotator }: BoxDownscope): this {
    return beside(this, { scopes, item, annotator });
  }

  /**
   * The access token, with some minutes left or half of its life, renewed if need be, and how long it lives: for Box's UI
   * elements, or for a page that asks for it.
   */
  async accessToken(): Promise<ProvidedToken> {
    return session(this, "token");
  }

  /**
   * Ends the session: Box voids its tokens, and the store is emptied. A person must sign in again then; an application gets
   * itself new tokens with the next call. Box takes no revocation from a page: there it ends with a `BoxUsageError`, unless
   * `hosts` are others than Box's.
   */
  async revoke(): Promise<void> {
    return session(this, "revoke");
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
    return (await import("./authorize.js")).begin(BoxCalls.callerOf(this), redirectUri);
  }

  /**
   * Ends a sign-in with the URL to which Box sent the browser back. The code in it lives 30 seconds. New tokens have
   * been told to `tokensChanged` when this resolves.
   */
  async finishSignIn(answer: string, state: string, redirectUri?: string): Promise<void> {
    return session(this, "finish", answer, redirectUri ?? null, state);
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

/** A client from another, whose caller differs in some members. What it came from lives as long as it does. */
function derive<T extends BoxCalls>(client: T, members: PropertyDescriptorMap): T {
  const derived = Object.assign(Object.create(Object.getPrototypeOf(client) as object) as T, client);
  return become(derived, Object.create(callers.get(client) as Caller, members) as Caller);
}

/** A client with a session of its own. */
function beside<T extends BoxCalls>(client: T, what: { readonly [name: string]: Value | undefined }): T {
  const from = callers.get(client) as Caller;
  const derived: T = derive(client, {
    id: { value: async (instance: Instance) => (await import("./derived.js")).find(callers.get(derived) as Caller).id(instance) },
    from: { value: from },
    what: { value: JSON.stringify(what) },
    // Another subject is itself, and nobody else by `asUser`.
    layers: { value: "scopes" in what ? from.layers : from.layers.map((layer) => ({ ...(layer as object), asUser: undefined })) },
  });
  return derived;
}

/** Asks a client's session for something. */
function session<T>(client: BoxCalls, name: string, ...given: Value[]): Promise<T> {
  const caller = callers.get(client) as Caller;
  const values = async (_: Instance, id: number) => [name, id, ...given];
  return caller.gate.run(async () => (await run(caller, {}, "session", values)).data);
}

/** The number of a client in an instance, made when it is first asked for, and left when nobody holds the client. */
export function numbered(
  holder: object,
  known: WeakMap<Instance, Promise<number>>,
  instance: Instance,
  make: (instance: Instance) => Promise<number>,
): Promise<number> {
  let id = known.get(instance);
  if (id === undefined) {
    known.set(instance, (id = make(instance)));
    id.then(
      (id) => unheld?.register(holder, [instance, id]),
      () => known.delete(instance),
    );
  }
  return id;
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
    step(instance, client, turn, ...asked) {
      import("./session.js").then(
        ({ step }) => step(options, this, instance, client, turn, ...(asked as [string])),
        (thrown) => instance.tell("session", client, "did", turn, reason(thrown)),
      );
    },
  };
  const isApplication = "clientSecret" in auth || "jwt" in auth;
  if (isApplication && typeof document === "object") void import("./session.js").then(({ warn }) => warn());
  const seams = options.store || "jwt" in auth ? () => import("./session.js") : undefined;
  const made = async (instance: Instance) => {
    if (onEvent) host.event ??= (await import("./events.js")).teller(onEvent);
    const session = await seams?.();
    const settings: Value = {
      ...(typeof auth === "function" ? { provider: true } : (auth as {})),
      // After a trap, the tokens that were in force before it.
      ...tokens,
      ...hosts,
      page,
      seams: !!(isApplication || options.store || options.signInNeeded),
      keeps: !!(options.tokensChanged || options.store),
      warns: !!options.signInNeeded,
      observed: !!onEvent,
      authTimeout: options.authTimeout,
      maxAttempts: retry?.maxAttempts,
      retryBase: retry?.base,
      retryCap: retry?.cap,
      retryMaxWait: retry?.maxWait,
      rateLimits: options.rateLimits,
      retryBudget: options.retryBudget,
      ...(await session?.settings(options, host)),
    };
    const entropy = crypto.getRandomValues(new Uint32Array(2));
    const id = await instance.client(host, "client", (entropy[0] ?? 0) * 2 ** 21 + ((entropy[1] ?? 0) >>> 11), settings);
    session?.listen(options, host, instance, id);
    return id;
  };
  const known = new WeakMap<Instance, Promise<number>>();
  return {
    engine,
    gate: new Gate(),
    layers: [layer(options)],
    options,
    host,
    id(instance) {
      return numbered(this, known, instance, made);
    },
  };
}
