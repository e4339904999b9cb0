import type { BoxContent, CallOptions } from "./call.js";

/** How far a transfer is, in bytes. */
export interface Progress {
  /** Bytes that have gone out or come in. It never falls, also when a part is sent again. */
  transferred: number;
  /** Bytes of the whole, where it is known. */
  total: number | undefined;
}

/** What an upload and a download have in common. */
export interface TransferOptions extends CallOptions {
  /** Is told how far the transfer is. What it throws is reported, and the transfer goes on. */
  onProgress?: (progress: Progress) => void;
}

/** What is uploaded: a `Blob` or `File`, bytes, or a stream whose length `size` tells. */
export type UploadContent = BoxContent | ReadableStream<Uint8Array>;

/** Settings of an upload. */
export interface UploadOptions extends TransferOptions {
  /** Bytes of a stream. At most 20 MB, or one part of a session, of it are in memory at a time. */
  size?: number;
  /** When the content was made; new files only. */
  contentCreatedAt?: Date | string;
  /** When the content was last changed. */
  contentModifiedAt?: Date | string;
  /** Stores a new version only if the file still has this etag. */
  ifMatch?: string;
}

/** Settings of the upload of a new version. */
export interface UploadVersionOptions extends UploadOptions {
  /** Renames the file. */
  name?: string;
}

/** Settings of a download. */
export interface DownloadOptions extends TransferOptions {
  /** A version instead of the current one. It isn't compared with a digest: Box tells only that of the current one. */
  version?: string;
  /** Whether length and SHA-1 are compared with what Box says of the file; they are, unless this is false. */
  verify?: boolean;
}

/** A download: nothing is sent before one of its methods is called, once. */
export interface BoxDownload {
  /** The content as it comes. The stream ends with an error if the bytes aren't what Box holds. */
  stream(): Promise<ReadableStream<Uint8Array>>;
  /** The content as a `Blob`, which the platform may keep on disk. */
  blob(): Promise<Blob>;
  /** The content in memory. */
  bytes(): Promise<Uint8Array>;
}
