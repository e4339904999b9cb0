// The server of the pages: it knows the secret, hands out tokens, and counts how often it is asked.
import { createServer } from "node:http";
import { setTimeout } from "node:timers/promises";

import { token } from "../server.mjs";

/** Serves tokens for a user. */
export async function tokens(application, user) {
  const state = { asked: [], lifetime: undefined, delay: 100, slow: 0, mute: 0 };
  const server = createServer(async (request, response) => {
    state.asked.push(new URL(request.url, "http://localhost").searchParams.get("reason"));
    // Whoever asked is not answered.
    if (state.mute > 0) return void (state.mute -= 1);
    const slowly = state.slow > 0 && state.slow--;
    await setTimeout(slowly ? 4_000 : state.delay);
    await token(application, user, changed(response, state.lifetime)).catch(() => response.writeHead(502).end());
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(state, {
    url: `http://127.0.0.1:${server.address().port}`,
    /** Forgets what was. */
    reset: () => Object.assign(state, { asked: [], lifetime: undefined, delay: 100, slow: 0, mute: 0 }),
    /** Waits until it was asked so often. */
    async arrived(times) {
      while (state.asked.length < times) await setTimeout(5);
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  });
}

/** The reply, with another time for which the token lives. */
function changed(response, expiresIn) {
  if (expiresIn === undefined) return response;
  const end = (text) => response.end(JSON.stringify({ ...JSON.parse(text), expiresIn }));
  return { writeHead: (...head) => response.writeHead(...head), end };
}
