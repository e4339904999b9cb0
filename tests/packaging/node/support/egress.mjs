// Where tests may go by the platform's `fetch`: to origins that they name. What would go elsewhere is stopped, and fails
// its test file at the end, also where somebody has caught that.

const origins = new Set();
const strays = [];
const { fetch } = globalThis;

/** Lets tests go to the origin of a URL. */
export const open = (url) => void origins.add(new URL(url).origin);

/** Where requests would have gone. The test has seen it, so it doesn't fail for it. */
export const taken = () => strays.splice(0);

globalThis.fetch = async (input, init) => {
  const { origin } = new URL(input.url ?? input);
  if (origins.has(origin)) return fetch(input, init);
  strays.push(origin);
  throw new TypeError("no test has named this origin");
};

process.on("exit", () => {
  if (strays.length === 0) return;
  console.error(`requests to origins that no test has named: ${[...new Set(strays)]}`);
  process.exitCode = 1;
});
