import { unpack } from "./unpack.js";

/** A module from its file; or from the package's JavaScript, where a bundler has left the file behind. */
export async function load(
  _name: string,
  packed: () => Promise<{ module: string }>,
  file?: () => URL,
): Promise<WebAssembly.Module> {
  try {
    // Hidden from bundlers, which would look for it.
    const fs = "node:fs/promises";
    const { readFile } = (await import(/* @vite-ignore */ fs)) as { readFile(file: URL): Promise<Uint8Array<ArrayBuffer>> };
    if (file) return await WebAssembly.compile(await readFile(file()));
  } catch {
    // The other way is left.
  }
  return WebAssembly.compile(await unpack((await packed()).module));
}
