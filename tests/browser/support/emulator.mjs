// The emulator that the tests are given.
import { setTimeout } from "node:timers/promises";

/** Its addresses and credentials. */
export const emulator = JSON.parse(process.env.BOX_EMULATOR);

/** Where Box is, as the package's option `hosts` says it. */
export const hosts = { api: emulator.api, upload: emulator.upload, oauth2: emulator.oauth2 };

/** The application that is known there. */
export const application = {
  api: emulator.api,
  clientId: emulator.client_id,
  clientSecret: emulator.client_secret,
};

/** Waits until it has got so many requests of an operation. */
export async function arrived(operation, times = 1) {
  for (let came = 0; came < times; await setTimeout(10)) {
    came = (await control("counters")).requests[operation] ?? 0;
  }
}

/** Sends a command to its control endpoint. */
export async function control(command, body) {
  const reply = await fetch(`${emulator.control}/${command}`, {
    method: command === "counters" ? "GET" : "POST",
    body: JSON.stringify(body),
  });
  if (!reply.ok) throw new Error(`${command}: ${reply.status} ${await reply.text()}`);
  return reply.json();
}
