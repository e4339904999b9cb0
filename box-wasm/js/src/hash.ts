import { load as loadModule } from "#load";

/** Most bytes that are hashed in one go, which takes them all into memory. */
const ONE_GO = 16 * 1024 * 1024;

/** Bytes that are hashed before the thread does something else. */
const SLICE = 1024 * 1024;

interface Exports {
  memory: WebAssembly.Memory;
  room(): number;
  capacity(): number;
  update(length: number): void;
  digest(): number;
}

let module: Promise<WebAssembly.Module> | undefined;
const load = () => (module ??= loadModule("hash", () => import("./wasm/hash.js")));

/** SHA-1 of a `Blob` in hex: by the platform, off this thread, where the `Blob` is small and the platform can. */
export async function digestOf(blob: Blob): Promise<string> {
  // Missing outside of secure contexts.
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined;
  if (subtle && blob.size <= ONE_GO) return hex(new Uint8Array(await subtle.digest("SHA-1", await blob.arrayBuffer())));
  const digest = await Digest.begin();
  try {
    await digest.update(blob);
    return await digest.end();
  } finally {
    digest.close();
  }
}

/** A SHA-1 digest that grows: in a worker, or in slices on this thread where there is none. */
export abstract class Digest {
  /** A worker isn't worth while for little content. */
  static async begin(size = Infinity): Promise<Digest> {
    const wasm = await load();
    return (size > SLICE && (await Remote.start(wasm))) || new Local(wasm);
  }

  /** Adds content; resolves when more may come. */
  abstract update(content: Blob | Uint8Array): Promise<void>;
  /** The digest in hex. */
  abstract end(): Promise<string>;
  /** Frees what it holds; it isn't used any more. */
  abstract close(): void;
}

class Local extends Digest {
  readonly #hash: ReturnType<typeof hasher>;

  constructor(wasm: WebAssembly.Module) {
    super();
    this.#hash = hasher(wasm);
  }

  override async update(content: Blob | Uint8Array): Promise<void> {
    if (content instanceof Uint8Array) return this.#hash.add(content);
    for (let at = 0; at < content.size; at += SLICE) {
      this.#hash.add(new Uint8Array(await content.slice(at, at + SLICE).arrayBuffer()));
    }
  }

  override async end(): Promise<string> {
    return hex(this.#hash.end());
  }

  override close(): void {}
}

/** Messages to the worker that are not answered yet, at most. */
const AHEAD = 4;

let refused = false;

class Remote extends Digest {
  readonly #worker: Worker;
  readonly #waiting: ((digest: string) => void)[] = [];
  #error: unknown;
  #ahead = 0;

  /** A worker that answers, `undefined` where there is none. */
  static async start(wasm: WebAssembly.Module): Promise<Remote | undefined> {
    if (refused || typeof Worker !== "function" || typeof URL.createObjectURL !== "function") return undefined;
    const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
    try {
      const worker = new Worker(url);
      const ready = new Promise<void>((resolve, reject) => {
        worker.onmessage = () => resolve();
        worker.onerror = reject;
      });
      worker.postMessage(wasm);
      await ready;
      return new Remote(worker);
    } catch {
      // A content policy may forbid it, and has every try reported.
      refused = true;
      return undefined;
    } finally {
      URL.revokeObjectURL(url);
    }
  }

  private constructor(worker: Worker) {
    super();
    this.#worker = worker;
    worker.onmessage = ({ data }) => this.#waiting.shift()?.(data as string);
    worker.onerror = (error) => {
      this.#error = new Error(`hashing failed: ${error.message}`);
      for (const answer of this.#waiting.splice(0)) answer("");
    };
  }

  override async update(content: Blob | Uint8Array): Promise<void> {
    this.#ahead += 1;
    const answered = this.#ask(content).then(() => void (this.#ahead -= 1));
    if (this.#ahead >= AHEAD) await answered;
    if (this.#error) throw this.#error;
  }

  override async end(): Promise<string> {
    const digest = await this.#ask(null);
    this.close();
    if (this.#error) throw this.#error;
    return digest;
  }

  override close(): void {
    this.#worker.terminate();
    for (const answer of this.#waiting.splice(0)) answer("");
  }

  #ask(message: Blob | Uint8Array | null): Promise<string> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#worker.postMessage(message);
    });
  }
}

const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** A digest of this thread. It is sent to workers as text, so it must not use anything from outside. */
function hasher(module: WebAssembly.Module) {
  const wasm = new WebAssembly.Instance(module, {}).exports as unknown as Exports;
  const room = wasm.room();
  return {
    add(bytes: Uint8Array) {
      for (let at = 0; at < bytes.length; at += wasm.capacity()) {
        const piece = bytes.subarray(at, at + wasm.capacity());
        new Uint8Array(wasm.memory.buffer, room, piece.length).set(piece);
        wasm.update(piece.length);
      }
    },
    end: () => {
      const at = wasm.digest();
      return new Uint8Array(wasm.memory.buffer, at, 20).slice();
    },
  };
}

/** Answers every message in order. */
function worker(make: typeof hasher, show: typeof hex) {
  let hash: ReturnType<typeof hasher>;
  let last = Promise.resolve();
  onmessage = ({ data }: MessageEvent<WebAssembly.Module | Blob | Uint8Array | null>) => {
    last = last.then(async () => {
      if (data instanceof WebAssembly.Module) hash = make(data);
      else if (data === null) return postMessage(show(hash.end()));
      else if (data instanceof Uint8Array) hash.add(data);
      else {
        for (let at = 0; at < data.size; at += 1048576) {
          hash.add(new Uint8Array(await data.slice(at, at + 1048576).arrayBuffer()));
        }
      }
      postMessage("");
    });
    last.catch((error) => setTimeout(() => { throw error; }));
  };
}

const code = `(${worker})(${hasher}, ${hex})`;
