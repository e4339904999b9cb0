import { type Task, carry } from "./task";

addEventListener("message", async ({ data }: MessageEvent<Task>) => postMessage(await carry(data)));
