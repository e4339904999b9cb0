import { BoxClient, type BoxClientOptions } from "box-wasm";

/** Why this page asked its server for tokens, in order. */
export const reasons: string[] = [];

/** A client whose tokens come from the page's server: for the visitor, or for a user that a test names. */
export function client(user = "", options: Partial<BoxClientOptions> = {}): BoxClient {
  return new BoxClient({
    async auth({ reason }) {
      reasons.push(reason);
      const reply = await fetch(`/token${user && `?user=${user}`}`);
      if (!reply.ok) throw new Error(`the server answered ${reply.status}`);
      return reply.json();
    },
    // An application leaves this out: these are the addresses of the emulator.
    hosts: JSON.parse(import.meta.env.VITE_BOX_HOSTS),
    ...options,
  });
}
