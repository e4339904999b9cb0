import type { Caller } from "./action.js";
import { BoxCall } from "./call.js";
import { BoxCalls } from "./client.js";
import type { BoxApi, File as BoxFile } from "./generated/index.js";
import { TRANSFERS } from "./engine.js";
import { engine } from "./module.js";
import type { BoxClientOptions } from "./options.js";
import type {
  BoxDownload,
  DownloadOptions,
  UploadContent,
  UploadOptions,
  UploadVersionOptions,
} from "./transfer.js";
import type { Target } from "./transfers.js";

export type * from "./transfer.js";
export * from "./types.js";

/**
 * A client of Box. Its methods are grouped as Box's reference is: `box.folders.get(id)`; parameters and fields have
 * Box's names.
 *
 * ```ts
 * const box = new BoxClient({ auth: async () => (await fetch("/box-token")).json() });
 * for await (const item of box.folders.listItems("0")) console.log(item.name);
 * ```
 */
export interface BoxClient extends BoxApi {}
export class BoxClient extends BoxCalls {
  constructor(options: BoxClientOptions) {
    super(engine, options);
  }

  /**
   * Uploads a new file into a folder: up to 50 MB in one request, more in a session of parts. What Box stored is
   * compared with what was sent.
   */
  upload(folderId: string, name: string, content: UploadContent, options: UploadOptions = {}): BoxCall<BoxFile> {
    return upload(BoxClient.callerOf(this), { folderId, name }, content, options);
  }

  /** Uploads a new version of a file. */
  uploadVersion(fileId: string, content: UploadContent, options: UploadVersionOptions = {}): BoxCall<BoxFile> {
    const { name } = options;
    const target = name === undefined ? { fileId } : { fileId, name };
    return upload(BoxClient.callerOf(this), target, content, options);
  }

  /** Downloads a file. Length and SHA-1 are compared with what Box says of it. */
  download(fileId: string, options: DownloadOptions = {}): BoxDownload {
    const open = async () => (await transfers()).download(BoxClient.callerOf(this), fileId, options);
    return {
      stream: async () => (await open()).stream,
      async blob() {
        const { stream, type } = await open();
        return new Response(stream, { headers: type ? { "content-type": type } : {} }).blob();
      },
      bytes: async () => new Uint8Array(await new Response((await open()).stream).arrayBuffer()),
    };
  }
}

function upload(caller: Caller, target: Target, content: UploadContent, options: UploadOptions): BoxCall<BoxFile> {
  return new BoxCall(() => caller.gate.run(async () => (await transfers()).upload(caller, target, content, options)));
}

/** Loaded when first used. */
const transfers = async () => {
  // Beside each other; what fails is told where it is needed.
  engine.load(TRANSFERS).catch(() => {});
  return import("./transfers.js");
};
