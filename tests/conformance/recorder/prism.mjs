// Prism, as `prism mock --errors` runs it.

import { getHttpOperationsFromSpec } from "@stoplight/prism-http";
import { createServer } from "@stoplight/prism-http-server";

const config = {
  isProxy: false,
  validateRequest: true,
  // Examples of the documents lack members that their own schemas require.
  validateResponse: false,
  checkSecurity: true,
  errors: true,
  upstreamProxy: undefined,
  mock: { dynamic: false, ignoreExamples: false },
};

const nothing = () => {};
const logger = { child: () => logger };
for (const level of ["trace", "debug", "info", "success", "warn", "error", "fatal"]) logger[level] = nothing;

/** Serves a document until it is closed. */
export async function prism(document) {
  const operations = await getHttpOperationsFromSpec(document);
  const server = createServer(operations, { cors: false, config, components: { logger } });
  const url = await server.listen(0, "127.0.0.1");
  return { url, close: () => server.close() };
}
