import box from "./wasm/box.wasm";
import hash from "./wasm/hash.wasm";
import rest from "./wasm/rest.wasm";
import transfers from "./wasm/transfers.wasm";

const modules: { readonly [name: string]: WebAssembly.Module } = { box, hash, rest, transfers };

/** A module that was compiled with the worker: workerd compiles none while it runs. */
export async function load(name: string): Promise<WebAssembly.Module> {
  const module = modules[name];
  if (!module) throw new Error(`there is no module ${name}`);
  return module;
}
