import type { Caller } from "./action.js";
import type { Instance } from "./engine.js";
import { closed } from "./error.js";

/** Waits until nothing is under way, at most for so many milliseconds; then it is ended. Whether all ended by itself. */
export async function close(caller: Caller, deadline: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => {
    if (deadline < 2 ** 31) timer = setTimeout(() => resolve(false), deadline);
  });
  const all = (caller.gate.drained ??= drained(caller));
  const well = await Promise.race([all, late]);
  clearTimeout(timer);
  if (!well) {
    const error = closed("the client was closed, and the time for what was under way is over");
    caller.gate.end(error);
    const { instance } = caller.engine;
    if (instance) for (const id of await numbers(caller, instance)) instance.expel(id, error);
  }
  return well;
}

/** Those inside go first, then what the session does for nobody, such as keeping new tokens. */
async function drained(caller: Caller): Promise<boolean> {
  const { gate, engine } = caller;
  if (!gate.isEmpty) await new Promise<void>((resolve) => (gate.empty = resolve));
  const { instance } = engine;
  for (const id of instance ? await numbers(caller, instance) : []) {
    await new Promise<void>((resolve) => instance?.leave(id, resolve));
  }
  return !gate.over;
}

/** The client and what is derived from it: the derived ones first, which live on its tokens. */
async function numbers(caller: Caller, instance: Instance): Promise<number[]> {
  const derived = (await caller.gate.family?.numbers(instance)) ?? [];
  const own = await baseOf(caller).id(instance).catch(() => undefined);
  return own === undefined ? derived : [...derived, own];
}

function baseOf(caller: Caller): Caller {
  return caller.from ? baseOf(caller.from) : caller;
}
