import { blobOf } from "./call.js";
import { usage } from "./error.js";
import { Digest, digestOf } from "./hash.js";
import type { UploadContent } from "./transfer.js";

/** What is uploaded: a `Blob`, or a stream of which one range at a time is held. */
export class Source {
  readonly size: number;
  /** Whether what is sent must be held in memory. */
  readonly held: boolean;
  #blob: Blob | undefined;
  /** Where the held range begins. */
  #start = 0;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #rest: Uint8Array | undefined;
  /** The digest of everything before `#hashed`. */
  #whole: Promise<Digest> | undefined;
  #hashed = 0;

  constructor(content: UploadContent, size: number | undefined) {
    if (content instanceof ReadableStream) {
      if (!Number.isSafeInteger(size) || (size as number) < 0) {
        throw usage("the upload of a stream needs its `size`, in whole bytes");
      }
      if (content.locked) throw usage("the stream is locked to another reader");
      [this.size, this.held] = [size as number, true];
      this.#reader = content.getReader();
    } else {
      this.#blob = blobOf(content);
      [this.size, this.held] = [this.#blob.size, false];
    }
  }

  /** A range, as a piece of a body: not a copy. */
  slice(start: number, end: number): Blob {
    const slice = this.#blob?.slice(start - this.#start, end - this.#start);
    if (!slice || start < this.#start || slice.size !== end - start) throw new Error("the source is shorter than it was");
    return slice;
  }

  /** The digest of a range in hex. In order, that of everything is made along with those of the parts. */
  async digest(start: number, end: number): Promise<string> {
    const everything = start === 0 && end === this.size;
    if (everything && this.#whole && this.#hashed === end) return (await this.#whole).end();
    await this.#hold(end);
    const slice = this.slice(start, end);
    if (everything || start !== this.#hashed) return digestOf(slice);
    const whole = await (this.#whole ??= Digest.begin());
    const [digest] = await Promise.all([digestOf(slice), whole.update(slice)]);
    this.#hashed = end;
    return digest;
  }

  /** Lets go of everything. */
  close(): void {
    void this.#whole?.then((whole) => whole.close()).catch(() => {});
    void this.#reader?.cancel().catch(() => {});
  }

  /** Reads a stream up to a place, and lets go of what was before it. */
  async #hold(end: number): Promise<void> {
    if (!this.#reader) return;
    let at = this.#start + (this.#blob?.size ?? 0);
    if (at >= end && this.#blob) return;
    const [start, chunks] = [at, [] as Uint8Array[]];
    while (at < end) {
      const chunk = this.#rest ?? (await this.#reader.read()).value;
      this.#rest = undefined;
      if (!chunk) throw new Error("the stream is shorter than it was said to be");
      const taken = chunk.subarray(0, end - at);
      if (taken.length < chunk.length) this.#rest = chunk.subarray(taken.length);
      chunks.push(taken);
      at += taken.length;
    }
    if (at === this.size && (this.#rest ?? (await this.#reader.read()).value)?.length) {
      throw new Error("the stream is longer than it was said to be");
    }
    this.#blob = new Blob(chunks as BlobPart[]);
    this.#start = start;
  }
}
