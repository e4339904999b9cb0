import { unpack } from "./unpack.js";

/** A module from its file, streamed; or from the package's JavaScript, where the file isn't: some bundlers and servers
 * of development leave it behind. */
export async function load(file: URL, packed: () => Promise<{ module: string }>): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compileStreaming(fetch(file));
  } catch {
    const { module } = await packed();
    return WebAssembly.compile(await unpack(module));
  }
}
