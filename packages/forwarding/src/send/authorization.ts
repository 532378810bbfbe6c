import { RainhooksError } from "@rainhooks/core";
import type { AuthKind } from "../destinations/destination.ts";
import type { DestinationSecrets } from "../secrets/secrets.ts";
import type { TokenCache } from "./token-cache.ts";

/** The headers that authenticate a request, and what must not appear anywhere. */
export interface Authorization {
  readonly headers: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
}

/**
 * Returns the authorization of a destination's requests.
 *
 * @throws {RainhooksError} `secret-unavailable` if its secrets are missing, `sink-unavailable` if there is no token.
 */
export async function authorizationOf(
  kind: AuthKind,
  { basic, oauth2 }: DestinationSecrets,
  tokens: TokenCache,
  timeoutMs: number,
): Promise<Authorization> {
  switch (kind) {
    case "none":
      return { headers: {}, secrets: [] };
    case "basic": {
      const { user, password } = basic ?? missing(kind);
      const encoded = Buffer.from(`${user}:${password}`).toString("base64");
      return { headers: { authorization: `Basic ${encoded}` }, secrets: [password] };
    }
    case "oauth2": {
      const secrets = oauth2 ?? missing(kind);
      const token = await tokens.get(secrets, timeoutMs);
      return { headers: { authorization: `Bearer ${token}` }, secrets: [secrets.clientSecret] };
    }
  }
}

function missing(kind: AuthKind): never {
  throw new RainhooksError(
    "secret-unavailable",
    `The destination authenticates with ${kind}, but its secrets do not contain that.`,
  );
}
