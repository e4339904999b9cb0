import { type Caller, groups, run, text } from "./action.js";
import { BoxCall, type CallOptions, type JsonValue, settling } from "./call.js";
import { type Engine, type Host, type Instance, type Thing, type Value, isPage, newId } from "./engine.js";
import type { BoxApi, Item } from "./generated/index.js";
import type { BoxClientOptions, BoxTokens, ProvidedToken } from "./options.js";

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

/** The client without uploads and downloads. */
export class BoxCalls {
  readonly #caller: Caller;

  /** @internal */
  constructor(engine: Engine, options: BoxClientOptions) {
    this.#caller = caller(engine, options);
    Object.assign(this, groups(this.#caller));
  }

  /** @internal */
  protected static callerOf(client: BoxCalls): Caller {
    return client.#caller;
  }

  /** A request that the package has no method for: `box.raw("GET", "/users/me")`. */
  raw<T = JsonValue>(method: string, path: string, params: RawParams = {}, options: CallOptions = {}): BoxCall<T> {
    const query = Object.entries(params.query ?? {}).flatMap(([name, value]) => {
      const written = text(value);
      return written === null ? [] : [[name, written]];
    });
    const body = params.body === undefined ? null : JSON.stringify(params.body);
    const values = async (_: Instance, client: number) => [client, method, path, query, body];
    return new BoxCall<T>(() => run(this.#caller, options, "raw", values));
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
    const instance = await this.#caller.engine.ready();
    const entropy = [...crypto.getRandomValues(new Uint8Array(32))];
    const begun = await instance.run("begin", 0, await this.#caller.id(instance), entropy, redirectUri ?? null);
    const [url = "", state = ""] = begun as string[];
    return { url, state };
  }

  /**
   * Ends a sign-in with the URL to which Box sent the browser back. The code in it lives 30 seconds. New tokens have
   * been told to `tokensChanged` when this resolves.
   */
  async finishSignIn(answer: string, state: string, redirectUri?: string): Promise<void> {
    const instance = await this.#caller.engine.ready();
    const client = await this.#caller.id(instance);
    const thing = { id: newId() } as Thing;
    await settling(
      thing,
      () => undefined,
      () => instance.begin(thing, client, "finish", thing.id, client, answer, redirectUri ?? null, state),
    );
  }
}

/** Told of clients that nobody holds any more: servers make one for every visitor. Some workers don't have it. */
const unheld =
  typeof FinalizationRegistry === "function"
    ? new FinalizationRegistry<[Instance, number]>(([instance, id]) => instance.leave(id))
    : undefined;

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
  });
  return {
    engine,
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
