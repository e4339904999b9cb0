import { unpack } from "./unpack.js";

/** A module from its file, streamed; or from the package's JavaScript, where the file isn't: some bundlers and servers
 * of development leave it behind. */
export async function load(
  _name: string,
  packed: () => Promise<{ module: string }>,
  file?: () => URL,
): Promise<WebAssembly.Module> {
  try {
    if (file) return await WebAssembly.compileStreaming(fetch(file()));
  } catch {
    // The other way is left.
  }
  return WebAssembly.compile(await unpack((await packed()).module));
}
