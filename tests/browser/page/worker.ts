import type { Progress } from "box-wasm";

import { client } from "./client";

const box = client();

/** Uploads bytes from here, as the page asks for. */
addEventListener("message", async ({ data }: MessageEvent<{ name: string; content: Blob }>) => {
  const progress: Progress[] = [];
  try {
    const onProgress = (now: Progress) => void progress.push(now);
    const { id } = await box.upload("0", data.name, data.content, { onProgress });
    postMessage({ id, progress });
  } catch (error) {
    postMessage({ error: String(error), progress });
  }
});
