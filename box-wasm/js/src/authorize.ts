import type { Caller } from "./action.js";
import type { SignIn } from "./client.js";

/** Begins the sign-in of a person. */
export async function begin(caller: Caller, redirectUri?: string): Promise<SignIn> {
  const instance = await caller.engine.ready();
  const entropy = [...crypto.getRandomValues(new Uint8Array(32))];
  const begun = await instance.run("session", 0, "begin", await caller.id(instance), entropy, redirectUri ?? null);
  const [url = "", state = ""] = begun as string[];
  return { url, state };
}
