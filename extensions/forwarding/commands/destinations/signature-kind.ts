import { RainhooksError } from "@rainhooks/core/errors";
import { signatureKindOf } from "../../secrets/rotate.ts";
import type { SignatureKind } from "../../secrets/secrets.ts";

/**
 * Refuses a secret for another kind of signature than is wanted.
 *
 * @throws {RainhooksError} `input-invalid`
 */
export function requireKind(secret: string, wanted: SignatureKind): void {
  const kind = signatureKindOf(secret);
  if (kind === wanted) return;
  throw new RainhooksError(
    "input-invalid",
    `--secret-from has a key for ${kind}, and requests are signed with ${wanted}. Add --signature ${kind}, or give another key.`,
  );
}
