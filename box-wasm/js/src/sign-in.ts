import type { Caller } from "./action.js";
import { settling } from "./call.js";
import type { SignIn } from "./client.js";
import { type Thing, type Value, newId } from "./engine.js";

/** Begins the sign-in of a person. */
export async function begin(caller: Caller, redirectUri?: string): Promise<SignIn> {
  const instance = await caller.engine.ready();
  const entropy = [...crypto.getRandomValues(new Uint8Array(32))];
  const begun = await instance.run("begin", 0, await caller.id(instance), entropy, redirectUri ?? null);
  const [url = "", state = ""] = begun as string[];
  return { url, state };
}

/** Asks a session for something that ends once: a sign-in, its token, its end. */
export async function ask<T>(caller: Caller, name: string, ...values: Value[]): Promise<T> {
  const instance = await caller.engine.ready();
  const client = await caller.id(instance);
  const thing = { id: newId() } as Thing;
  caller.gate.check();
  const { data } = await settling(
    thing,
    (value) => value as T,
    () => instance.begin(thing, client, name, thing.id, client, ...values),
  );
  return data;
}
