import { type Task, carry } from "./task";

addEventListener("message", (event) => {
  const { data, ports, waitUntil } = event as MessageEvent<Task> & { waitUntil(work: Promise<unknown>): void };
  waitUntil.call(event, carry(data).then((ended) => ports[0]?.postMessage(ended)));
});
