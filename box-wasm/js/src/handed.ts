import type { Instance } from "./engine.js";
import { Paced } from "./paced.js";
import type { Flight } from "./request.js";

/** A reply whose body ends when it stands still. */
export function handed(instance: Instance, flight: Flight, window: number): Response {
  const response = flight.response as Response;
  // An application's own `fetch` may answer anything.
  if (!response.body?.getReader) return response;
  const body = new Paced(instance, flight, window);
  const leave = () => {
    body.leave();
    flight.controller.abort();
  };
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const bytes = await body.read();
          if (bytes) return controller.enqueue(bytes);
          body.leave();
          controller.close();
        } catch (thrown) {
          leave();
          throw thrown;
        }
      },
      cancel: leave,
    },
    { highWaterMark: 0 },
  );
  return new Response(stream, response);
}
