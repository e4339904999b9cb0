import type { Host, Value } from "./engine.js";
import { reason, usage } from "./error.js";
import type { BoxSigner, JwtConfig, JwtSettings } from "./options.js";

const hashes = { RS256: "SHA-256", RS384: "SHA-384", RS512: "SHA-512" } as const;

/** An application with a key pair, as the engine knows it. The key stays here. */
export async function application(auth: JwtSettings, host: Host): Promise<{ [name: string]: Value | undefined }> {
  const { boxAppSettings: app, enterpriseID } = config(auth.jwt);
  const { publicKeyID, privateKey } = app?.appAuth ?? ({} as Partial<JwtConfig["boxAppSettings"]["appAuth"]>);
  const needed = (value: string | undefined, name: string) => {
    if (typeof value === "string" && value) return value;
    throw usage(`the configuration has no \`boxAppSettings.${name}\``);
  };
  const algorithm = auth.algorithm ?? "RS256";
  if (!hashes[algorithm]) throw usage("an algorithm is RS256, RS384 or RS512");
  const settings = {
    clientId: needed(app?.clientID, "clientID"),
    clientSecret: needed(app?.clientSecret, "clientSecret"),
    keyId: needed(publicKeyID, "appAuth.publicKeyID"),
    algorithm,
    userId: auth.userId,
    enterpriseId: auth.enterpriseId ?? enterpriseID,
    jwt: undefined,
  };
  host.signer ??= auth.signer ?? (await signer(needed(privateKey, "appAuth.privateKey"), algorithm));
  return settings;
}

/** The developer console's file. */
export function config(given: JwtConfig | string): Partial<JwtConfig> {
  if (typeof given !== "string") return given ?? {};
  try {
    return (JSON.parse(given) as Partial<JwtConfig> | null) ?? {};
  } catch {
    // What is thrown quotes the text, which holds secrets.
    throw usage("the configuration is no JSON");
  }
}

/** Signs with a private key as PEM. */
async function signer(pem: string, algorithm: keyof typeof hashes): Promise<BoxSigner> {
  const [, kind, base64] = /-----BEGIN ([A-Z ]*)PRIVATE KEY-----([^-]*)-----END/.exec(pem) ?? [];
  if (base64 === undefined) throw usage("the private key is no PEM");
  if (kind) {
    const what = kind === "ENCRYPTED " ? "is encrypted" : "is no PKCS#8";
    const into = "convert it with `openssl pkey -in key.pem -out plain.pem`";
    throw usage(`the private key ${what}, and this platform signs with plain PKCS#8 only: ${into}, or give a \`signer\``);
  }
  const { subtle } = globalThis.crypto;
  if (!subtle) throw usage("there is no WebCrypto here: pages have it on https only; give a `signer`");
  const scheme = { name: "RSASSA-PKCS1-v1_5", hash: hashes[algorithm] };
  let key: CryptoKey;
  try {
    const bytes = Uint8Array.from(atob(base64.replace(/\s/g, "")), (char) => char.charCodeAt(0));
    key = await subtle.importKey("pkcs8", bytes, scheme, false, ["sign"]);
  } catch (thrown) {
    throw usage(`the private key can't be read: ${reason(thrown)}`);
  }
  return async (_, message) => new Uint8Array(await subtle.sign(scheme, key, message as Uint8Array<ArrayBuffer>));
}
