import { AUTH_KINDS, type AuthKind } from "../destinations/destination.ts";

/**
 * Maximum bytes of the secrets of a destination: what a standard parameter of SSM can contain,
 * which costs nothing. Source: Systems Manager user guide, "Managing parameter tiers".
 */
export const MAX_SECRETS_BYTES = 4096;

/** A secret of Standard Webhooks, and until when it counts. */
export interface SigningSecret {
  /** `whsec_` and 24 to 64 bytes in base64, or `whsk_` and a private key. */
  readonly secret: string;
  /** Epoch milliseconds; only an old secret has an end. */
  readonly validUntilMs?: number;
}

/** User and password of HTTP basic authentication. */
export interface BasicSecrets {
  readonly user: string;
  readonly password: string;
}

/**
 * Where a token request has the client's id and secret: in the header of HTTP basic authentication,
 * or as fields of its body.
 */
export const CLIENT_AUTH_KINDS = ["basic", "body"] as const;

/** Where a token request has the client's id and secret. */
export type ClientAuthKind = (typeof CLIENT_AUTH_KINDS)[number];

/** What gets a token by OAuth 2.0 client credentials. */
export interface OAuth2Secrets {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** @defaultValue "basic", which RFC 6749 recommends */
  readonly clientAuth?: ClientAuthKind;
  readonly scope?: string;
  /** Sent as `audience`, which some servers need. */
  readonly audience?: string;
}

/** What must not be seen of a destination. Its other settings are in the table of destinations. */
export interface DestinationSecrets {
  /**
   * The whole URL: path and query are often secret. They may contain `{{path}}`, for values of the
   * event.
   */
  readonly url: string;
  /** The present secret, and after a rotation also the old one. */
  readonly signingSecrets: readonly SigningSecret[];
  /** Headers of its own, by their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly basic?: BasicSecrets;
  readonly oauth2?: OAuth2Secrets;
}

/** Where the secrets of destinations are. */
export interface SecretStore {
  /** Returns the text of a destination; `undefined` if there is none. */
  get(id: string): Promise<string | undefined>;
  put(id: string, text: string): Promise<void>;
  /** Removes the text of a destination; nothing happens if there is none. */
  remove(id: string): Promise<void>;
}

/** Returns how secrets authenticate: for each kind, there is a field of its name. */
export function authsOf(
  secrets: { readonly [Kind in Exclude<AuthKind, "none">]?: unknown },
): readonly AuthKind[] {
  return AUTH_KINDS.filter((kind) => kind !== "none" && secrets[kind] !== undefined);
}

/**
 * How requests are signed: with a secret that the receiver shares (HMAC), or with a private key
 * (Ed25519), whose public key the receiver has.
 */
export const SIGNATURE_KINDS = ["v1", "v1a"] as const;

/** A kind of signature of Standard Webhooks. */
export type SignatureKind = (typeof SIGNATURE_KINDS)[number];
