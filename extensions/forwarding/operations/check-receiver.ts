import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { RainhooksError } from "@rainhooks/core/errors";
import { mistakeText } from "@rainhooks/core/mistake";
import { type ReceiverMistake, readReceiver } from "@rainhooks/sinks/http/receiver";
import type { DestinationSecrets } from "../secrets/secrets.ts";

/** Returns the addresses of a name. */
type Lookup = (name: string) => Promise<readonly string[]>;

/** Options of {@link checkReceivers}. */
interface CheckOptions {
  readonly allowPrivate: boolean | readonly string[];
  /** @defaultValue that of this machine; `false` checks no names */
  readonly lookup?: Lookup | false;
}

const ALLOW =
  "allowPrivate, a setting of the worker attempts in the stage's file, says which such addresses may be called.";

/**
 * Checks that the stage may call the URL of a destination and its token URL. The worker checks each
 * connection again: a name can get another address at any time.
 *
 * @returns What people should know of URLs that it may call.
 * @throws {RainhooksError} `input-invalid` for a URL that it may not call.
 */
export async function checkReceivers(
  { url, oauth2 }: Pick<DestinationSecrets, "url" | "oauth2">,
  options: CheckOptions,
): Promise<readonly string[]> {
  const notes = await checkReceiver("URL", url, options);
  return oauth2 === undefined
    ? notes
    : [...notes, ...(await checkReceiver("token URL", oauth2.tokenUrl, options))];
}

async function checkReceiver(
  which: string,
  text: string,
  { allowPrivate, lookup: addressesOf = systemLookup }: CheckOptions,
): Promise<readonly string[]> {
  const { url, name, isAllowed } = readAllowed(which, text, allowPrivate);
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  if (isIP(host) !== 0 || addressesOf === false) return [];
  const addresses = await addressesOf(host).catch(() => []);
  if (addresses.length === 0) return [`The name of ${name} has no address here. Is it written correctly?`];
  if (!addresses.some((address) => isAllowed(address)))
    throw refused(
      `The ${which}: ${name} has only addresses that are private or reserved. ${ALLOW} If the name has another address in the stage's network, add --no-lookup.`,
    );
  return [];
}

function readAllowed(which: string, text: string, allowPrivate: boolean | readonly string[]) {
  try {
    return readReceiver(text, allowPrivate);
  } catch (error) {
    const [mistake] = error instanceof RainhooksError ? error.mistakes : [];
    if (mistake === undefined) throw error;
    const remedy = REMEDIES.get(mistake.kind ?? "") ?? mistake.remedy;
    throw refused(`The ${which}: ${mistakeText({ ...mistake, remedy })}`);
  }
}

/** What to do here about a URL that can never be called. */
const REMEDIES: ReadonlyMap<string, string> = new Map<ReceiverMistake, string>([
  ["has-user", "Use --basic."],
  ["not-encrypted", `Use https:. ${ALLOW}`],
  ["private", ALLOW],
]);

async function systemLookup(name: string): Promise<string[]> {
  return (await lookup(name, { all: true })).map(({ address }) => address);
}

function refused(message: string): RainhooksError {
  return new RainhooksError("input-invalid", message);
}
