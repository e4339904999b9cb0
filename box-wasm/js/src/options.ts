import type { BoxError } from "./error.js";
import type { BoxEvent } from "./events.js";
import type { BoxClientDefaults } from "./settings.js";
import type { BoxMiddleware } from "./middleware.js";
import type { BoxTokenStore } from "./store.js";

/** Why a token is asked for: there is none, the last one ends, or Box has refused it. */
export type TokenReason = "missing" | "expired" | "rejected" | (string & {});

/** A token from the application. */
export interface ProvidedToken {
  /** The access token. */
  accessToken: string;
  /** Seconds for which it lives from now on; without it, it is used until Box refuses it. */
  expiresIn?: number;
}

/**
 * Gives access tokens. It is asked once for all calls that wait, before a token ends and when Box refuses it. Have it
 * ask your own server: what a page knows, its visitors know.
 */
export type TokenProvider = (ask: { reason: TokenReason }) => ProvidedToken | string | Promise<ProvidedToken | string>;

/** An application that acts for users who sign in on Box's page. */
export interface OAuthSettings {
  clientId: string;
  clientSecret: string;
  /** Tokens that were kept; with the refresh token alone the first call refreshes. */
  refreshToken?: string;
  accessToken?: string;
}

/** An application that acts for itself in an enterprise, or for one of its users. */
export interface ClientCredentialsSettings {
  clientId: string;
  clientSecret: string;
  /** Acts as the application's service account in this enterprise. */
  enterpriseId?: string;
  /** Acts for this user. */
  userId?: string;
}

/** The JSON file that the developer console makes of an application with a key pair. */
export interface JwtConfig {
  boxAppSettings: {
    clientID: string;
    clientSecret: string;
    appAuth: {
      publicKeyID: string;
      /** PEM. Not needed beside a `signer`. */
      privateKey?: string;
      passphrase?: string;
    };
  };
  enterpriseID?: string;
}

/** The algorithm of a signature: RSASSA-PKCS1-v1_5 with SHA-256, SHA-384 or SHA-512. */
export type BoxAlgorithm = "RS256" | "RS384" | "RS512";

/** Signs bytes, by a key that lives elsewhere: in a security module, or with a service for keys. */
export type BoxSigner = (algorithm: BoxAlgorithm, message: Uint8Array) => Promise<Uint8Array>;

/** An application that acts for itself in an enterprise, or for one of its users, by its key. */
export interface JwtSettings {
  /** The developer console's file, read or as its text. */
  jwt: JwtConfig | string;
  /** Acts as the application's service account in this enterprise, if not in that of the file. */
  enterpriseId?: string;
  /** Acts for this user. */
  userId?: string;
  /** `RS256` if not given. */
  algorithm?: BoxAlgorithm;
  /** Signs in place of the file's key, which WebCrypto can read as plain PKCS#8 only. */
  signer?: BoxSigner;
}

/** What a downscoped token may do, where, and in whose name. */
export interface BoxDownscope {
  /** Scopes, such as `item_preview`. */
  scopes: readonly string[];
  /** The item to which they are restricted, by its id; the item of a shared link; or none. */
  item: { readonly file: string } | { readonly folder: string } | { readonly sharedLink: string } | "none";
  /** Somebody who has no account at Box, and under whose name annotations appear. Needs an application with a key. */
  annotator?: { readonly id: string; readonly name: string };
}

/** Why a sign-in is needed: nobody has signed in, Box has refused the refresh token, an attempt to use it never ended and
 * Box doesn't take it a second time, the token has ended and nothing renews it, or Box refuses the application. */
export type SignInReason = "not_signed_in" | "refused" | "lost" | "token_ended" | "application" | (string & {});

/** A token and nothing to renew it with, such as a developer token. */
export interface AccessTokenSettings {
  accessToken: string;
}

/** New tokens. */
export interface BoxTokens {
  accessToken: string;
  /** Good for one use, within 60 days. */
  refreshToken?: string;
  /** When the access token ends, in milliseconds since 1970. */
  expiresAt?: number;
}

/** Settings of a client. */
export interface BoxClientOptions extends BoxClientDefaults {
  /** How to sign in: a function that gives tokens (for pages), an application (for servers), or a token. */
  auth: TokenProvider | OAuthSettings | ClientCredentialsSettings | JwtSettings | AccessTokenSettings;
  /** Milliseconds that a token provider may take; a minute if not given. */
  authTimeout?: number;
  /** Told of new tokens of an application; they are used when its promise has settled (at most 10 seconds).
   * What it throws is reported, as the platform reports what nobody catches: the tokens are used all the same. */
  tokensChanged?: (tokens: BoxTokens) => unknown;
  /** Where tokens live, for all clients that act for the same user: tabs, processes, hosts. Memory if not given. */
  store?: BoxTokenStore;
  /** Told once that no call passes before somebody signs in, or the application is put right. */
  signInNeeded?: (reason: SignInReason, error: BoxError) => unknown;
  /** How many sessions of derived clients are kept that nobody holds: 1,000. */
  subjects?: number;
  /** Told of every request, every wait before another try, and the end of every call that writes. What it throws is
   * reported, and the call goes on. */
  onEvent?: (event: BoxEvent) => unknown;
  /** Stands around every request, the first outermost. */
  middleware?: readonly BoxMiddleware[];
  /** Sends requests; the platform's `fetch`, looked up for every request, if not given. */
  fetch?: typeof fetch;
  /** Where Box is, if not at Box: an emulator, a proxy. */
  hosts?: {
    /** Like `https://api.box.com`. */
    api: string;
    /** Like `https://upload.box.com/api`. */
    upload: string;
    /** Like `https://account.box.com/api/oauth2`. */
    oauth2: string;
    /** Origin to which downloads may be redirected, besides Box's own and those of the others. */
    download?: string;
  };
  /** When requests are sent again. */
  retry?: {
    /** Most requests for one call, the first included: 5. */
    maxAttempts?: number;
    /** Upper bound of the first wait in milliseconds, which doubles with every attempt: 500. */
    base?: number;
    /** Upper bound of any wait that Box didn't ask for, in milliseconds: 30,000. */
    cap?: number;
    /** Longest wait that Box may ask for, in milliseconds; when it asks for more, the call fails at once and says so:
     * 300,000. */
    maxWait?: number;
  };
  /** Whether calls wait so that they stay within the limits that Box publishes for one user; `share` is the number of
   * clients that act for the same users and know nothing of each other. They do at Box itself, and not elsewhere. */
  rateLimits?: boolean | { readonly share: number };
  /** How many requests may be sent again, over all calls of the client and of those derived from it. */
  retryBudget?: {
    /** How many there may be before anything has succeeded: 200. */
    reserve?: number;
    /** Successes that give one back: 5. */
    successesPerRetry?: number;
  };
}
