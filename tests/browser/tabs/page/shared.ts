import { type Task, carry } from "./task";

addEventListener("connect", (event) => {
  const [port] = (event as MessageEvent).ports;
  if (port) port.onmessage = async ({ data }: MessageEvent<Task>) => port.postMessage(await carry(data));
});
