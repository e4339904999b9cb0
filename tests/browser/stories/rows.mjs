// Rows that are loaded when they are first used.
import assert from "node:assert/strict";

const ROWS = /\/events[^/]*\.js/;

export const stories = {
  async "positions in the stream of events are exact"({ page }) {
    const positions = await page.evaluate(async () => {
      const reply = () => new Response('{"entries":[{"event_id":"1"}],"chunk_size":1,"next_stream_position":1152922976252290886}');
      const box = client("", { fetch: async () => reply() });
      const { next_stream_position: position, chunk_size: size } = await box.events.list();
      return [position, size];
    });
    assert.deepEqual(positions, ["1152922976252290886", 1]);
  },

  async "rows that can't be loaded fail their call, and other calls go on"({ page }) {
    await page.route(ROWS, (route) => route.abort());
    const told = await page.evaluate(async () => {
      const box = client("", { fetch: async () => new Response("{}") });
      const { name, kind, message } = await box.webhooks.get("1").catch((error) => error);
      return { name, kind, message, other: await box.users.me() };
    });
    await page.unroute(ROWS);
    assert.deepEqual([told.name, told.kind, told.other], ["BoxError", "internal", {}]);
    assert.match(told.message, /^a part of the package can't be loaded/);
  },
};
