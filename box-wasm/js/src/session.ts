import { type Host, type Instance, type Value } from "./engine.js";
import { type ToldFacts, errorOf, reason, report, usage } from "./error.js";
import type { BoxClientOptions, ClientCredentialsSettings, SignInReason } from "./options.js";
import type { BoxTokenLock, StoredTokens } from "./store.js";

/** Tells of an application whose secret is in a page. */
export function warn(): void {
  console.warn(
    "box-wasm: a client secret is in this page, where every visitor can read it. Keep it on a server, and let a " +
      "function as `auth` ask that for tokens.",
  );
}

/** What a client needs besides, for its store and its key. */
export async function settings({ auth, store }: BoxClientOptions, host: Host): Promise<{ [name: string]: Value | undefined }> {
  if (store?.keepsRefreshTokens === false && "clientSecret" in auth) {
    const { userId, enterpriseId } = auth as ClientCredentialsSettings;
    if (!userId && !enterpriseId) throw usage("this store keeps no refresh tokens, and people who sign in need them: bring a store of your own");
  }
  const jwt = "jwt" in auth ? await (await import("./key.js")).application(auth, host) : undefined;
  return { ...jwt, ...(store && { shares: true, stealAfter: store.stealAfter ?? null }) };
}

/** Takes over what others store, for as long as the client is there. */
export function listen({ store }: BoxClientOptions, host: Host, instance: Instance, client: number): void {
  const stop = store?.listen?.((tokens) => void instance.tell("session", client, "news", tokens as unknown as Value));
  host.end = () => {
    stop?.();
    void release(host);
  };
}

const locks = new WeakMap<Host, BoxTokenLock>();

function release(host: Host): Promise<void> {
  const lock = locks.get(host);
  locks.delete(host);
  return giveBack(lock);
}

/** Nobody can do anything about a lock that can't be given back: it is told, and stops nothing. */
async function giveBack(lock: BoxTokenLock | undefined): Promise<void> {
  try {
    await lock?.release();
  } catch (thrown) {
    report(thrown);
  }
}

/** Does what a session wants of the application, and tells what came of it. */
export async function step(
  options: BoxClientOptions,
  host: Host,
  instance: Instance,
  client: number,
  turn: number,
  name: string,
  ...values: unknown[]
): Promise<void> {
  if (name === "unlock") return release(host);
  if (name === "needed") return needed(options, values as [SignInReason, ToldFacts]);
  const own = { lock: undefined as BoxTokenLock | undefined };
  let [value, failed]: [Value, string | null] = [null, null];
  try {
    value = await (name === "sign" ? sign(host, ...(values as [string, string])) : perform(options, host, own, name, values));
    host.thrown = undefined;
  } catch (thrown) {
    failed = `the ${name === "sign" ? "signer" : "token store"} failed: ${reason(thrown)}`;
    host.thrown = thrown;
  }
  const { lock } = own;
  const before = locks.get(host);
  if (lock) locks.set(host, lock);
  const counts = await instance.tell("session", client, "did", turn, failed, value);
  if (!lock || counts) return;
  // It came too late: nobody waits for it.
  if (locks.get(host) === lock) {
    if (before) locks.set(host, before);
    else locks.delete(host);
  }
  await giveBack(lock);
}

async function needed(options: BoxClientOptions, [why, facts]: [SignInReason, ToldFacts]): Promise<void> {
  try {
    await options.signInNeeded?.(why, errorOf(facts));
  } catch (thrown) {
    report(thrown);
  }
}

async function perform(
  { store }: BoxClientOptions,
  host: Host,
  own: { lock: BoxTokenLock | undefined },
  name: string,
  values: unknown[],
): Promise<Value> {
  if (name === "lock") {
    const [steal, limit] = values as [boolean, number];
    if (!store?.lock) return "free";
    own.lock = (await store.lock({ steal, limit })) ?? undefined;
    if (!own.lock) return null;
    return own.lock.takenOver ? "taken" : "free";
  }
  if (name === "load") return ((await store?.load()) ?? null) as Value;
  if (name === "store") {
    const [tokens, generation] = values as [StoredTokens, number];
    return !!(await store?.store(tokens, { generation, fence: locks.get(host)?.fence ?? 0 }));
  }
  await store?.clear();
  return null;
}

async function sign(host: Host, algorithm: string, message: string): Promise<Value> {
  const signature = await host.signer?.(algorithm as "RS256", new TextEncoder().encode(message));
  return [...new Uint8Array(signature as ArrayBuffer | Uint8Array<ArrayBuffer>)];
}
