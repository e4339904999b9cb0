// The page as Vite serves it: from its sources, and built.
import { vite } from "./tools.mjs";

const HOST = "127.0.0.1";

/** `vite dev`, without configuration but for the way to the page's server. */
export async function dev(folder, api) {
  const server = await vite.createServer({
    ...common(folder),
    server: { host: HOST, port: 0, proxy: { "/token": api } },
  });
  await server.listen();
  return { name: "dev", url: server.resolvedUrls.local[0], close: () => server.close() };
}

/** `vite build`. */
export async function build(folder) {
  await vite.build(common(folder));
}

/** `vite preview` of what was built, with a content policy if one is given. */
export async function preview(folder, api, policy) {
  const headers = policy ? { "content-security-policy": policy } : {};
  const server = await vite.preview({
    ...common(folder),
    preview: { host: HOST, port: 0, headers, proxy: { "/token": api } },
  });
  return { name: "built", url: server.resolvedUrls.local[0], close: () => server.close() };
}

function common(root) {
  return { root, configFile: false, logLevel: "warn" };
}
