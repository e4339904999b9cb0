export type { Answer, BoxContent, BoxResponse, CallOptions, JsonValue, NoParams } from "./call.js";
export type { BoxClientDefaults, BoxTimeouts } from "./settings.js";
export { BoxCall, BoxList } from "./call.js";
export type { RawParams, SignIn } from "./client.js";
export { BoxErrorCode } from "./codes.js";
export type { BoxAttempt, BoxErrorFacts, BoxErrorKind, BoxHint, BoxReason } from "./error.js";
export {
  BoxAbortError,
  BoxApiError,
  BoxAuthError,
  BoxConflictError,
  BoxError,
  BoxNetworkError,
  BoxNotFoundError,
  BoxNotModifiedError,
  BoxOutcomeUnknownError,
  BoxPreconditionError,
  BoxRateLimitError,
  BoxReadOnlyError,
  BoxTimeoutError,
  BoxTransferError,
  BoxUsageError,
} from "./error.js";
export type { BoxAuditEvent, BoxEvent, BoxRequestEvent, BoxRetryEvent } from "./events.js";
export type * from "./generated/index.js";
export type { BoxMiddleware, BoxRequest } from "./middleware.js";
export type {
  AccessTokenSettings,
  BoxAlgorithm,
  BoxClientOptions,
  BoxDownscope,
  BoxSigner,
  BoxTokens,
  ClientCredentialsSettings,
  JwtConfig,
  JwtSettings,
  OAuthSettings,
  ProvidedToken,
  SignInReason,
  TokenProvider,
  TokenReason,
} from "./options.js";
export type { BoxTokenLock, BoxTokenStore, StoredTokens } from "./store.js";
