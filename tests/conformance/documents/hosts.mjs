// Where operations live.

/** The servers of the documents: the name of a client's base URL, and what follows that URL. */
const SERVERS = {
  "https://api.box.com/2.0": ["api", "/2.0"],
  "https://upload.box.com/api/2.0": ["upload", "/2.0"],
  "https://{box-upload-server}/api/2.0": ["upload", "/2.0"],
  "https://api.box.com": ["oauth", ""],
  "https://account.box.com/api/oauth2": ["account", ""],
  "https://dl.boxcloud.com/2.0": ["download", "/2.0"],
};

/** The names of all hosts. */
export const hosts = [...new Set(Object.values(SERVERS).map(([host]) => host))];

/** Name of the host, and what follows the base URL. */
export function place(server) {
  const [host, base] = SERVERS[server] ?? [];
  if (!host) throw new Error(`no host is known for the server ${server}`);
  return { host, base };
}
