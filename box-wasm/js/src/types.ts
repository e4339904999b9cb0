export type { Answer, BoxContent, BoxResponse, CallOptions, JsonValue, NoParams } from "./call.js";
export { BoxCall, BoxList } from "./call.js";
export type { RawParams, SignIn } from "./client.js";
export type { BoxErrorFacts, BoxErrorKind } from "./error.js";
export {
  BoxAbortError,
  BoxApiError,
  BoxAuthError,
  BoxConflictError,
  BoxError,
  BoxNetworkError,
  BoxNotFoundError,
  BoxPreconditionError,
  BoxRateLimitError,
  BoxTimeoutError,
  BoxTransferError,
  BoxUsageError,
} from "./error.js";
export type { BoxAuditEvent, BoxEvent, BoxRequestEvent, BoxRetryEvent } from "./events.js";
export type * from "./generated/index.js";
export type { BoxMiddleware, BoxRequest } from "./middleware.js";
export type {
  AccessTokenSettings,
  BoxClientOptions,
  BoxTokens,
  ClientCredentialsSettings,
  OAuthSettings,
  ProvidedToken,
  TokenProvider,
  TokenReason,
} from "./options.js";
