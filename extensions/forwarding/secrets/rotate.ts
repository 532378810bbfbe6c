import { randomBytes } from "node:crypto";
import { SECOND_MS } from "@rainhooks/core/durations";
import { privateSigningKey } from "@rainhooks/sinks/http/sign";
import type { DestinationSecrets, SignatureKind } from "./secrets.ts";

const KEY_BYTES = 32;
/** How long the old secret counts after a rotation: a day. */
export const DEFAULT_GRACE_S = 86_400;

/** Returns how requests are signed with a secret. */
export function signatureKindOf(secret: string): SignatureKind {
  return secret.startsWith("whsk_") ? "v1a" : "v1";
}

/**
 * Makes a secret of Standard Webhooks.
 *
 * @param kind How requests are signed. @defaultValue `v1`
 */
export function newSigningSecret(kind: SignatureKind = "v1"): string {
  const bytes = randomBytes(KEY_BYTES);
  return kind === "v1" ? `whsec_${bytes.toString("base64")}` : privateSigningKey(bytes);
}

/**
 * Gives a destination a new secret. Requests are signed with both until the grace has passed; an
 * even older secret ends now.
 *
 * @param graceS Seconds for which the old secret still counts.
 * @param secret The new secret. @defaultValue one that nobody knows yet
 */
export function rotateSecret(
  secrets: DestinationSecrets,
  nowMs: number,
  graceS = DEFAULT_GRACE_S,
  secret = newSigningSecret(),
): DestinationSecrets {
  const [present] = secrets.signingSecrets;
  const old =
    present === undefined || graceS <= 0
      ? []
      : [{ secret: present.secret, validUntilMs: nowMs + graceS * SECOND_MS }];
  return { ...secrets, signingSecrets: [{ secret }, ...old] };
}

/**
 * Returns the secrets that count at a time, the present one first.
 */
export function validSecrets(
  { signingSecrets }: Pick<DestinationSecrets, "signingSecrets">,
  nowMs: number,
): string[] {
  return signingSecrets
    .filter(({ validUntilMs = Number.POSITIVE_INFINITY }) => nowMs < validUntilMs)
    .map(({ secret }) => secret);
}
