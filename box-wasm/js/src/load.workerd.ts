import box from "./wasm/box.wasm";
import calls from "./wasm/calls.wasm";
import hash from "./wasm/hash.wasm";

const modules: { readonly [name: string]: WebAssembly.Module } = { box, calls, hash };

/** A module that was compiled with the worker: workerd compiles none while it runs. */
export async function load(name: string): Promise<WebAssembly.Module> {
  const module = modules[name];
  if (!module) throw new Error(`there is no module ${name}`);
  return module;
}
