import { unpack } from "./unpack.js";

/** A module from its file; or from the package's JavaScript, where a bundler has left the file behind. */
export async function load(file: URL, packed: () => Promise<{ module: string }>): Promise<WebAssembly.Module> {
  try {
    // Hidden from bundlers, which would look for it.
    const fs = "node:fs/promises";
    const { readFile } = (await import(/* @vite-ignore */ fs)) as { readFile(file: URL): Promise<Uint8Array<ArrayBuffer>> };
    return await WebAssembly.compile(await readFile(file));
  } catch {
    const { module } = await packed();
    return WebAssembly.compile(await unpack(module));
  }
}
