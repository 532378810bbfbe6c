import { inputError } from "@rainhooks/core/errors";
import { parseSecrets } from "./parse.ts";
import type { DestinationSecrets, SecretStore } from "./secrets.ts";

/** What proves to a receiver who calls it, and the URL of that receiver. */
type Proof = readonly [name: string, secret: string | undefined, url: string | undefined];

function proofsOf({ url, headers, basic, oauth2 }: DestinationSecrets): Proof[] {
  const token = oauth2 && `token for ${oauth2.clientSecret}`;
  return [
    ...Object.entries(headers).map(([name, value]) => [`header ${name}`, value, url] as const),
    ["password", basic?.password, url],
    ["OAuth 2.0 token", token, url],
    ["client secret", oauth2?.clientSecret, oauth2?.tokenUrl],
  ];
}

/**
 * Refuses secrets that would go to another host than they were given for: another scheme, name or
 * port. The signing secret is never sent.
 *
 * @param secretsId Id of those before.
 * @throws {RainhooksError} `input-invalid`, with the names of the secrets.
 */
export async function checkHosts(
  store: SecretStore,
  secretsId: string,
  after: DestinationSecrets,
): Promise<void> {
  const before = await store.get(secretsId);
  const known = before === undefined ? [] : proofsOf(parseSecrets(before));
  const moved = proofsOf(after).filter(([, secret, url]) => {
    const hosts = known.filter((one) => one[1] === secret).map((one) => hostOf(one[2]));
    return secret !== undefined && hosts.length > 0 && !hosts.includes(hostOf(url));
  });
  const [first] = moved;
  if (first === undefined) return;
  throw inputError({
    field: first[2] === after.url ? "url" : "oauth2",
    problem: `would send secrets to ${hostOf(first[2])} that were given for another host (${moved.map(([name]) => name).join(", ")}).`,
    remedy: 'Give those of the new host, or say that they are for it, too: "same secrets".',
  });
}

function hostOf(url = ""): string {
  return URL.parse(url)?.origin ?? "";
}
