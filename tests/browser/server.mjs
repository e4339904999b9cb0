// The server of the page: it knows the application's secret, and hands out tokens.
import { createServer } from "node:http";

/** Answers a token for one user. The browser never sees the secret. */
export async function token({ api, clientId, clientSecret }, userId, response) {
  const application = { grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret };
  const user = { box_subject_type: "user", box_subject_id: userId };
  const body = new URLSearchParams({ ...application, ...user });
  const reply = await fetch(`${api}/oauth2/token`, { method: "POST", body });
  const { access_token: accessToken, expires_in: expiresIn } = await reply.json();
  response.writeHead(reply.status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify({ accessToken, expiresIn }));
}

/** Serves that route. An application takes the user from its session, not from the address. */
export async function serve(application, visitor) {
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url, "http://localhost");
    const answered = token(application, searchParams.get("user") ?? visitor, response);
    answered.catch(() => response.writeHead(502).end());
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
