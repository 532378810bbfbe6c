import { destinationOf } from "@rainhooks/extensions/forwarding/destinations/destination-item";
import type { DestinationStores } from "@rainhooks/extensions/forwarding/destinations/destination-store";
import { readSettings } from "@rainhooks/extensions/forwarding/destinations/read-settings";
import { settingsOfSecrets } from "@rainhooks/extensions/forwarding/destinations/settings-of-secrets";
import { putDestination } from "@rainhooks/extensions/forwarding/destinations/store";
import { formatSecrets } from "@rainhooks/extensions/forwarding/secrets/parse";
import { newSigningSecret } from "@rainhooks/extensions/forwarding/secrets/rotate";
import type { DestinationSecrets } from "@rainhooks/extensions/forwarding/secrets/secrets";

/** Settings of a destination, as a user gives them. */
export interface GivenSettings {
  readonly id: string;
  readonly [name: string]: unknown;
}

/** Stores a destination with a new signing secret; returns its secrets. */
export async function putNew(
  { table, secrets: store }: DestinationStores,
  url: string,
  settings: GivenSettings,
  secrets: Partial<DestinationSecrets> = {},
  nowMs = Date.now(),
): Promise<DestinationSecrets> {
  const all = { url, signingSecrets: [{ secret: newSigningSecret() }], headers: {}, ...secrets };
  await store.put(settings.id, formatSecrets(all));
  const read = readSettings({ ...settingsOfSecrets(all), ...settings });
  await putDestination(table, destinationOf(read, { nowMs }));
  return all;
}
