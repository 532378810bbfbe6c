import { publicKeyOf } from "@rainhooks/sinks/http/sign";
import { authsOf, type DestinationSecrets } from "../secrets/secrets.ts";
import type { DestinationSettings } from "./destination.ts";

/**
 * Returns the settings that follow from secrets: scheme and host of the URL, names of headers, kind
 * of authentication, public key.
 */
export function settingsOfSecrets(
  secrets: DestinationSecrets,
): Pick<DestinationSettings, "url" | "headerNames" | "auth" | "publicKey"> {
  const [present] = secrets.signingSecrets;
  const publicKey = present === undefined ? undefined : publicKeyOf(present.secret);
  return {
    url: URL.parse(secrets.url)?.origin ?? "",
    headerNames: Object.keys(secrets.headers).map((name) => name.toLowerCase()),
    auth: authsOf(secrets)[0] ?? "none",
    ...(publicKey === undefined ? {} : { publicKey }),
  };
}

/**
 * Returns settings with the values that follow from the new secrets, and no values of the old ones.
 */
export function withSecretSettings<Settings extends { readonly publicKey?: unknown }>(
  { publicKey: _, ...settings }: Settings,
  secrets: DestinationSecrets,
) {
  return { ...settings, ...settingsOfSecrets(secrets) };
}
