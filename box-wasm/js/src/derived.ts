import type { Caller } from "./action.js";
import { numbered } from "./client.js";
import type { Instance, Value } from "./engine.js";
import { usage } from "./error.js";
import { config } from "./key.js";
import type { BoxClientOptions, ClientCredentialsSettings } from "./options.js";

/** A session beside that of a client: for another subject, or with tokens that may do less. */
class Beside {
  readonly known = new WeakMap<Instance, Promise<number>>();
  readonly #parent: Caller;
  readonly #what: string;

  constructor(parent: Caller, what: string) {
    [this.#parent, this.#what] = [parent, what];
  }

  id(instance: Instance): Promise<number> {
    const [parent, what] = [this.#parent, JSON.parse(this.#what) as Value];
    return numbered(this, this.known, instance, async () => {
      const from = await parent.id(instance);
      return instance.client({ ...parent.host, end: undefined }, "session", "derive", from, what);
    });
  }
}

/**
 * The sessions beside that of a client, one for each that differs. Those that nobody holds make room for others: first
 * the one that wasn't asked for longest.
 */
export class Family {
  readonly #most: number;
  /** The last of them is the newest. */
  readonly #recent = new Map<string, Beside>();
  /** All that somebody holds, such as a call that is under way. */
  readonly #held = new Map<string, WeakRef<Beside>>();
  readonly #gone: FinalizationRegistry<string> | undefined;

  constructor(most: number) {
    this.#most = Math.max(most, 1);
    if (typeof FinalizationRegistry !== "function" || typeof WeakRef !== "function") return;
    this.#gone = new FinalizationRegistry((key) => {
      if (!this.#held.get(key)?.deref()) this.#held.delete(key);
    });
  }

  get(key: string, make: () => Beside): Beside {
    let beside = this.#recent.get(key) ?? this.#held.get(key)?.deref();
    if (!beside) {
      beside = make();
      this.#gone?.register(beside, key);
      if (this.#gone) this.#held.set(key, new WeakRef(beside));
    }
    this.#recent.delete(key);
    this.#recent.set(key, beside);
    for (const oldest of this.#recent.keys()) {
      if (this.#recent.size <= this.#most) break;
      this.#recent.delete(oldest);
    }
    return beside;
  }

  /** Those that are in an instance. */
  async numbers(instance: Instance): Promise<number[]> {
    const all = new Set([...this.#recent.values(), ...[...this.#held.values()].map((held) => held.deref())]);
    const numbers = [...all].map((beside) => beside?.known.get(instance)?.catch(() => undefined));
    return (await Promise.all(numbers)).filter((number) => number !== undefined);
  }
}

/** A subject, or tokens that may do less, as JSON that is the same for the same. */
function normal(what: string): string {
  const given = JSON.parse(what) as { [name: string]: unknown };
  if ("scopes" in given) return what;
  const [[name = "", id] = []] = Object.entries(given);
  // Without one it would be the client's own, which may do much more.
  if (!id || !["string", "number"].includes(typeof id)) throw usage("a subject is the id of a user, or of an enterprise");
  return JSON.stringify({ [name]: String(id) });
}

/** Tells sessions apart. A subject replaces the one before, tokens that may do less build on those before. */
function keyOf({ from, what }: Caller): string {
  if (!from || what === undefined) return "";
  const [before, key] = [keyOf(from), normal(what)];
  return before.includes('"scopes"') || "scopes" in JSON.parse(key) ? before + key : key;
}

/** The subject of the client itself, if its settings name one. */
function subjectOf(auth: BoxClientOptions["auth"]): string | undefined {
  const { userId, enterpriseId } = auth as Partial<ClientCredentialsSettings>;
  if (userId) return JSON.stringify({ userId: String(userId) });
  const enterprise = enterpriseId ?? ("jwt" in auth ? config(auth.jwt).enterpriseID : undefined);
  return enterprise ? JSON.stringify({ enterpriseId: String(enterprise) }) : undefined;
}

/** Where the tokens of a derived client come from. */
export function find(caller: Caller): { id(instance: Instance): Promise<number> } {
  const { gate, options, from } = caller;
  const [key, what] = [keyOf(caller), normal(caller.what ?? "")];
  let base = caller;
  while (base.from) base = base.from;
  // The client itself may be the one for this subject.
  if (key === subjectOf(options.auth)) return base;
  gate.family ??= new Family(options.subjects ?? 1000);
  // As long as the client is held, so is its session.
  return (caller.held = gate.family.get(key, () => new Beside(key === what ? base : (from ?? base), what)));
}
