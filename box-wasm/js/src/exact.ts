/** Strings, and whole numbers that are nothing else: in a text that is JSON, no other token has a digit in it. */
const TOKEN = /"[^"\\]*(?:\\[^]?[^"\\]*)*"?|-?\d[\d.eE+-]*/g;

/** Reads JSON. Integers that a number can't hold exactly, those beyond 2^53, become strings. */
export function parse(text: string): unknown {
  const kept = (token: string) => !/^-?[1-9]\d*$/.test(token) || Number.isSafeInteger(Number(token));
  return JSON.parse(text.replace(TOKEN, (token) => (kept(token) ? token : `"${token}"`)));
}
