import serviceUrl from "./service.ts?worker&url";

import type { Task } from "./task";
import type { Ended } from "./visitor";

/** Asks a worker. */
type Asked = (task: Task) => Promise<Ended>;

const answer = (port: Pick<MessagePort, "onmessage">) =>
  new Promise<Ended>((resolve) => (port.onmessage = ({ data }: MessageEvent<Ended>) => resolve(data)));

function dedicated(): Asked {
  const worker = new Worker(new URL("./dedicated.ts", import.meta.url), { type: "module" });
  return (task) => {
    worker.postMessage(task);
    return new Promise((resolve) => (worker.onmessage = ({ data }) => resolve(data as Ended)));
  };
}

function shared(): Asked {
  const { port } = new SharedWorker(new URL("./shared.ts", import.meta.url), { type: "module" });
  return (task) => {
    port.postMessage(task);
    return answer(port);
  };
}

function service(): Asked {
  const registered = navigator.serviceWorker.register(serviceUrl, { type: "module" });
  return async (task) => {
    const { active, installing, waiting } = await registered;
    const worker = active ?? installing ?? waiting;
    const { port1, port2 } = new MessageChannel();
    if (worker?.state !== "activated") {
      const isReady = (ready: () => void) => worker?.state === "activated" && ready();
      await new Promise<void>((ready) => worker?.addEventListener("statechange", () => isReady(ready)));
    }
    worker?.postMessage(task, [port2]);
    return answer(port1);
  };
}

export const workers = { dedicated, shared, service };
