/** What a store keeps: opaque to the application, but for what it may show. Times are milliseconds since 1970. */
export interface StoredTokens {
  accessToken?: string;
  refreshToken?: string;
  issuedAt?: number;
  expiresAt?: number;
  refreshAt?: number;
  /** Whose tokens these are: way to sign in, application, subject. */
  owner?: string;
  /** Counts the exchanges. */
  generation: number;
  /** Somebody uses the refresh token, or has died over it. */
  intent?: { startedAt: number };
}

/** A lock that is held. */
export interface BoxTokenLock {
  /** Gives it back. What it throws, or its promise ends with, is reported. */
  release(): unknown;
  /** Taken from another, which may still be at work. */
  takenOver?: boolean;
  /** Grows with every lock. */
  fence?: number;
}

/**
 * Where tokens live: what all pages, processes or hosts share that act for the same user. Without one they live in
 * memory.
 */
export interface BoxTokenStore {
  load(): Promise<StoredTokens | null | undefined>;
  /** Writes durably if it holds the expected generation (0: nothing); resolves to false otherwise. */
  store(tokens: StoredTokens, expected: { generation: number; fence: number }): Promise<boolean>;
  clear(): Promise<void>;
  /** null: the time, in milliseconds, is over. Without it nobody else uses the store. */
  lock?(options: { steal: boolean; limit: number }): Promise<BoxTokenLock | null>;
  /** Takes locks from those who hold them for longer than this, in milliseconds: for locks of tabs. */
  stealAfter?: number;
  /** Refuses people's sign-ins at once, whose refresh tokens would be lost. */
  readonly keepsRefreshTokens?: false;
  /** Tells of newer tokens that others have stored; answers how to stop. */
  listen?(news: (tokens: StoredTokens) => void): () => void;
}
