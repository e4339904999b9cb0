// Clients: how they sign in, what they transfer, and how they fail.

import { BoxAbortError, BoxApiError, BoxClient, BoxConflictError, BoxError, BoxErrorCode } from "box-wasm";
import type { BoxTokens, Progress, TokenProvider } from "box-wasm";
import { BoxClient as SmallClient } from "box-wasm/calls";

const provider: TokenProvider = async ({ reason }) => {
  return { accessToken: reason === "expired" ? "a" : "b", expiresIn: 3600 };
};
const box = new BoxClient({ auth: provider, authTimeout: 1_000, retry: { maxAttempts: 2 } });
new BoxClient({ auth: () => "token" });
new BoxClient({ auth: async () => (await fetch("/box-token")).json() });
new BoxClient({ auth: { accessToken: "t" }, fetch: (url, init) => fetch(url, init) });
const hosts = { api: "a", upload: "u", oauth2: "o" };
new BoxClient({ auth: { clientId: "c", clientSecret: "s", enterpriseId: "1" }, hosts });
new BoxClient({
  auth: { clientId: "c", clientSecret: "s", refreshToken: "r" },
  tokensChanged: async (tokens: BoxTokens) => [tokens.accessToken, tokens.refreshToken, tokens.expiresAt],
});
const { url, state } = await box.beginSignIn();
await box.finishSignIn(url, state);

new BoxClient({
  auth: provider,
  asUser: "1",
  timeouts: { idle: 1_000, total: Infinity },
  retry: { maxWait: 5 },
  rateLimits: { share: 4 },
  retryBudget: { reserve: 10 },
  hosts: { ...hosts, download: "d" },
});
const derived: BoxClient = box.with({ sharedLink: { url: "u", password: "p" }, suppressNotifications: true }).asUser("7").readOnly();
await derived.upload("0", "a", new Blob(), { asUser: "8", maxAttempts: 1 });
await derived.folders.get("0", {}, { ifNoneMatch: "1", timeouts: { firstByte: 5 } });
const drained: boolean = await derived.close({ deadline: 5 });
const disposed: Promise<void> | PromiseLike<void> = box[Symbol.asyncDispose]();
{
  await using scoped = new BoxClient({ auth: provider });
  void [scoped.users, drained, disposed];
}
// @ts-expect-error a derived client is for many calls
box.with({ signal: new AbortController().signal });
// @ts-expect-error a misspelt option
box.with({ asuser: "7" });
// @ts-expect-error a share of a number
new BoxClient({ auth: provider, rateLimits: 4 });

// @ts-expect-error a client needs a way to sign in
new BoxClient({});
// @ts-expect-error a secret is missing
new BoxClient({ auth: { clientId: "c" } });
// @ts-expect-error Box's name for it, not ours
new BoxClient({ auth: async () => ({ access_token: "t" }) });
// @ts-expect-error nothing is no token
new BoxClient({ auth: () => undefined });
// @ts-expect-error all hosts or none
new BoxClient({ auth: provider, hosts: { api: "a" } });
// @ts-expect-error a misspelt setting
new BoxClient({ auth: provider, retries: 3 });

const onProgress = ({ transferred, total }: Progress) => transferred / (total ?? 1);
const signal = new AbortController().signal;
const file = await box.upload("0", "a", new Blob(["a"]), { onProgress, signal, contentCreatedAt: new Date() });
await box.upload("0", "a", new ReadableStream<Uint8Array>(), { size: 5 });
await box.uploadVersion(file.id, new Uint8Array(5), { name: "b", ifMatch: "1" });
const bytes: Uint8Array = await box.download(file.id, { version: "1" }).bytes();
const stream: ReadableStream<Uint8Array> = await box.download(file.id).stream();
const { data } = await box.upload("0", "a", new ArrayBuffer(1)).withResponse();
void [bytes, stream, data.sha1];

// @ts-expect-error text is no content
box.upload("0", "a", "text");
// @ts-expect-error a new file has a name
box.upload("0", new Blob());
// @ts-expect-error a download isn't awaited itself
(await box.download("1")).byteLength;
// @ts-expect-error what is internal has no types
void box.caller;

const small = new SmallClient({ auth: provider });
await small.folders.get("0");
for await (const item of small.folders.listItems("0")) void item.name;
// @ts-expect-error the small client uploads nothing
small.upload("0", "a", new Blob());
// @ts-expect-error and downloads nothing
small.download("1");

try {
  await box.users.me();
} catch (error) {
  if (error instanceof BoxConflictError) {
    const known: BoxApiError & BoxError & Error = error;
    const inTheWay: unknown = error.conflicts[0]?.["id"];
    void [known, inTheWay];
  } else if (error instanceof BoxAbortError) {
    void error.cause;
  } else if (error instanceof BoxError) {
    const { kind, status, code, requestId, operation, attempts, retryAfter, context, helpUrl } = error;
    const facts: [string, number | undefined, string | undefined, number] = [kind, status, code, attempts.length];
    const [first] = attempts;
    const outcome: [number?, boolean?, string?, number?] = [first?.status, first?.sent, first?.requestId, first?.took];
    const next: [string | undefined, string | undefined] = [error.hint?.name, error.hint?.text];
    const asked: boolean = error.isNotFound || error.needsSignIn || error.isOutcomeUnknown;
    const wrong: string | undefined = error.reasons[0]?.message;
    if (code === BoxErrorCode.ItemNameInUse) void [outcome, next, asked, wrong];
    // @ts-expect-error a misspelt code
    void BoxErrorCode.ItemNameInUze;
    // @ts-expect-error questions are members
    void error.isConflict();
    if (kind === "integrity") void [facts, requestId, operation, retryAfter, context?.["conflicts"], helpUrl];
    // @ts-expect-error a kind is no number
    if (kind === 5) void kind;
    // @ts-expect-error what an error tells can't be changed
    error.status = 200;
    // @ts-expect-error a misspelt fact
    void error.requestID;
  }
}
