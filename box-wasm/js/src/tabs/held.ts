import type { StoredTokens } from "../store.js";

/** The generation of tokens; 0 if there are none. */
export const generationOf = (tokens: StoredTokens | undefined) => tokens?.generation ?? 0;

/** Of two that are as old as each other, written by tabs that could not see each other, the later one counts. */
export function isNewer(one: StoredTokens | undefined, other: StoredTokens | undefined): boolean {
  const more = generationOf(one) - generationOf(other);
  return more > 0 || (more === 0 && (one?.issuedAt ?? 0) > (other?.issuedAt ?? 0));
}

/** Whether there is a token that need not be renewed yet. */
export function isFresh(tokens: StoredTokens | undefined): boolean {
  return !!tokens?.accessToken && (tokens.refreshAt ?? tokens.expiresAt ?? Infinity) > Date.now();
}

/**
 * What a store holds after it was emptied: no tokens, and a generation above all that were counted anywhere, also by
 * tabs that don't answer. Its owner makes the clients of other tabs forget what they have.
 */
export function emptied(tokens: StoredTokens | undefined): StoredTokens {
  const now = Date.now();
  const generation = Math.max(generationOf(tokens) + 1, now);
  return { generation, issuedAt: now, ...(tokens?.owner && { owner: tokens.owner }) };
}
