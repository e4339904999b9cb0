import { type Caller, ending, settings } from "./action.js";
import { type Answer, settling } from "./call.js";
import { type Instance, type Thing, TRANSFERS, newId } from "./engine.js";
import { type BoxError, aborted, reason, report, usage } from "./error.js";
import type { File as BoxFile } from "./generated/index.js";
import { Digest } from "./hash.js";
import { Paced } from "./paced.js";
import type { Flight } from "./request.js";
import { Source } from "./source.js";
import type { DownloadOptions, TransferOptions, UploadContent, UploadOptions } from "./transfer.js";
import * as xhr from "./xhr.js";

/** Where an upload goes. */
export type Target = { folderId: string; name: string } | { fileId: string; name?: string };

/** Uploads content: in one request or in a session of parts, as the core decides. */
export async function upload(
  caller: Caller,
  target: Target,
  content: UploadContent,
  { ifMatch, ...options }: UploadOptions,
): Promise<Answer<BoxFile>> {
  const source = new Source(content, options.size);
  const instance = await caller.engine.ready();
  await instance.add(TRANSFERS);
  const client = await caller.id(instance);
  const thing = { id: newId() } as Thing;
  const watch = meter(options, source.size);
  thing.slice = (start, end) => source.slice(start, end);
  thing.digest = (start, end) => {
    source.digest(start, end).then(
      (digest) => instance.tell("digested", thing.id, digest),
      (thrown) => instance.tell("digested", thing.id, null, reason(thrown)),
    );
  };
  thing.send = async (url, init, start, own) => {
    if (watch && !own && xhr.isHere()) return xhr.send(url, init, (sent) => watch(start + sent));
    const response = await (own ?? fetch)(url, init);
    if (response.ok) watch?.(start + init.body.size);
    return response;
  };
  const values = {
    ...target,
    size: source.size,
    held: source.held,
    createdAt: time(options.contentCreatedAt),
    modifiedAt: time(options.contentModifiedAt),
    ifMatch,
  };
  try {
    return await ending(instance, thing, options.signal, () =>
      settling(thing, fileOf, () =>
        instance.begin(thing, client, "upload", thing.id, client, values, settings(caller, options)),
      ),
    );
  } finally {
    source.close();
  }
}

const fileOf = (reply: unknown) => (JSON.parse(reply as string) as { entries: [BoxFile] }).entries[0];

function time(given: Date | string | undefined): string | undefined {
  if (given === undefined) return undefined;
  const time = new Date(given);
  if (Number.isNaN(time.getTime())) throw usage("a time of the content is no date");
  return time.toISOString();
}

/** Passes on what is new of a position. */
function meter(options: TransferOptions, total: number | undefined): ((position: number) => void) | undefined {
  const { onProgress } = options;
  let most = -1;
  return (
    onProgress &&
    ((position) => {
      const transferred = Math.max(0, Math.min(position, total ?? position));
      if (transferred <= most) return;
      most = transferred;
      try {
        onProgress({ transferred, total });
      } catch (thrown) {
        report(thrown);
      }
    })
  );
}

/** Content of a file as it comes; it ends with an error if the bytes aren't what Box holds. */
export async function download(
  caller: Caller,
  fileId: string,
  options: DownloadOptions,
): Promise<{ stream: ReadableStream<Uint8Array>; size: number | undefined; type: string }> {
  const thing = { id: newId(), fail: () => {} } as unknown as Thing;
  // Until the last byte has come, or nobody reads any more.
  const leave = caller.gate.enter((error) => thing.fail(error));
  try {
    return await opened(caller, thing, leave, fileId, options);
  } catch (error) {
    leave();
    throw error;
  }
}

async function opened(
  caller: Caller,
  thing: Thing,
  leave: () => void,
  fileId: string,
  options: DownloadOptions,
): Promise<{ stream: ReadableStream<Uint8Array>; size: number | undefined; type: string }> {
  const instance = await caller.engine.ready();
  await instance.add(TRANSFERS);
  const client = await caller.id(instance);
  const values = { fileId, version: options.version, unverified: options.verify === false };
  let ended: (error?: BoxError) => void = () => {};
  const opening = ending(instance, thing, options.signal, () =>
    new Promise<{ size: number | null; flight: Flight; window: number }>((resolve, reject) => {
      thing.content = (size, flight, window) => resolve({ size, flight, window });
      thing.done = () => ended();
      thing.fail = (error) => {
        reject(error);
        ended(error);
      };
      instance.begin(thing, client, "download", thing.id, client, values, settings(caller, options));
    }),
  );
  const { size, flight, window } = await opening;
  const compare = (length: number, digest: string) =>
    new Promise<void>((resolve, reject) => {
      ended = (error) => (error ? reject(error) : resolve());
      const later = instance.run("received", thing.id, length, digest);
      if (later instanceof Promise) later.catch(reject);
    });
  const watch = meter(options, size ?? undefined);
  return {
    stream: checked(instance, thing, leave, flight, window, size ?? undefined, options.signal, watch, compare),
    size: size ?? undefined,
    type: flight.response?.headers.get("content-type") ?? "",
  };
}

function checked(
  instance: Instance,
  thing: Thing,
  left: () => void,
  flight: Flight,
  window: number,
  size: number | undefined,
  signal: AbortSignal | undefined,
  watch: ((position: number) => void) | undefined,
  compare: (length: number, digest: string) => Promise<void>,
): ReadableStream<Uint8Array> {
  const body = new Paced(instance, flight, window);
  let digest: Promise<Digest> | undefined;
  let length = 0;
  let abort = () => {};
  const leave = async () => {
    left();
    signal?.removeEventListener("abort", abort);
    instance.drop(thing.id);
    body.leave();
    flight.controller.abort();
    (await digest?.catch(() => undefined))?.close();
  };
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        abort = () => {
          controller.error(signal && aborted(signal));
          void leave();
        };
        if (signal?.aborted) abort();
        else signal?.addEventListener("abort", abort);
        const failed = thing.fail;
        thing.fail = (error) => {
          failed(error);
          controller.error(error);
          void leave();
        };
      },
      async pull(controller) {
        try {
          const hash = await (digest ??= Digest.begin(size));
          const bytes = await body.read();
          if (bytes) {
            length += bytes.length;
            await hash.update(bytes);
            watch?.(length);
            return controller.enqueue(bytes);
          }
          body.leave();
          watch?.(length);
          await compare(length, await hash.end());
          signal?.removeEventListener("abort", abort);
          left();
          controller.close();
        } catch (error) {
          if (signal?.aborted) return;
          void leave();
          throw error;
        }
      },
      cancel: leave,
    },
    { highWaterMark: 0 },
  );
}
