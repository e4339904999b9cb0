import type { BoxEvent } from "./events.js";
import type { BoxClientDefaults } from "./settings.js";
import type { BoxMiddleware } from "./middleware.js";

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
  auth: TokenProvider | OAuthSettings | ClientCredentialsSettings | AccessTokenSettings;
  /** Milliseconds that a token provider may take; a minute if not given. */
  authTimeout?: number;
  /** Told of new tokens of an application; they are used when its promise has settled (at most 10 seconds).
   * What it throws is reported, as the platform reports what nobody catches: the tokens are used all the same. */
  tokensChanged?: (tokens: BoxTokens) => unknown;
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
