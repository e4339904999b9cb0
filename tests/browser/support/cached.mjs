// A site as servers of today give it: what has a digest in its name is kept by browsers.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };

/** Serves a folder and one route. */
export async function cached(folder, route, answer) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    if (pathname === route) return answer(response);
    const path = pathname === "/" ? "/index.html" : pathname;
    const content = await readFile(join(folder, path)).catch(() => undefined);
    if (!content) return response.writeHead(404).end();
    response.writeHead(200, {
      "content-type": TYPES[extname(path)],
      "cache-control": path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
    });
    response.end(content);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
