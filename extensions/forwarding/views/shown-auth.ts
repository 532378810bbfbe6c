import { RainhooksError } from "@rainhooks/core/errors";
import type { Destination } from "../destinations/destination.ts";
import type { DestinationStores } from "../destinations/destination-store.ts";
import { readDestinationSecrets } from "../destinations/read-secrets.ts";
import type { DestinationSecrets } from "../secrets/secrets.ts";
import { targetNameOf } from "../targets/target.ts";

/** What may be seen of how a destination knows its sender: no password, and no client secret. */
export interface AuthView {
  readonly user?: string;
  readonly tokenUrl?: string;
  readonly clientId?: string;
  readonly clientAuth?: string;
  readonly scope?: string;
  readonly audience?: string;
}

/**
 * Reads what may be seen of a destination's authentication; empty if it has none, or if its secrets cannot be
 * read.
 */
export async function authView(
  forwarding: Pick<DestinationStores, "secrets">,
  destination: Destination,
): Promise<AuthView> {
  if (targetNameOf(destination.url) !== undefined) return {};
  return readDestinationSecrets(forwarding, destination).then(withoutSecrets, (error: unknown) => {
    if (!(error instanceof RainhooksError)) throw error;
    return {};
  });
}

function withoutSecrets({ basic, oauth2 }: DestinationSecrets): AuthView {
  if (oauth2 === undefined) return basic === undefined ? {} : { user: basic.user };
  const { tokenUrl, clientId, clientAuth, scope, audience } = oauth2;
  const { origin, pathname } = new URL(tokenUrl);
  return {
    tokenUrl: `${origin}${pathname}`,
    clientId,
    ...(clientAuth === undefined ? {} : { clientAuth }),
    ...(scope === undefined ? {} : { scope }),
    ...(audience === undefined ? {} : { audience }),
  };
}
