import { RainhooksError } from "@rainhooks/core/errors";
import { mistakeText } from "@rainhooks/core/mistake";
import { type ReceiverMistake, readReceiver } from "@rainhooks/sinks/http/receiver";
import type { DestinationSecrets } from "../secrets/secrets.ts";

const ALLOW =
  "allowPrivate, a setting of the worker attempts in the stage's file, says which such addresses may be called.";

/** What to do here about a URL that can never be called. */
const REMEDIES: ReadonlyMap<string, string> = new Map<ReceiverMistake, string>([
  ["has-user", "Use --basic."],
  ["not-encrypted", `Use https:. ${ALLOW}`],
  ["private", ALLOW],
]);

/** Names that are always of the own machine (RFC 6761). */
const LOCALHOST = /(?:^|\.)localhost\.?$/;

/** The URLs that are called. */
type Receivers = Pick<DestinationSecrets, "url" | "oauth2">;

/**
 * Checks that the stage may call the URL of a destination and its token URL, if they are not those before: a
 * signing secret can be rotated whatever the stage may call by now. Which addresses names have, the worker
 * checks for each connection: they can change at any time.
 *
 * @throws {RainhooksError} `input-invalid` for a URL that it may not call.
 */
export function checkReceivers(
  { url, oauth2 }: Receivers,
  allowPrivate: boolean | readonly string[],
  before?: Receivers,
): void {
  if (url !== before?.url) checkReceiver("URL", url, allowPrivate);
  if (oauth2 !== undefined && oauth2.tokenUrl !== before?.oauth2?.tokenUrl)
    checkReceiver("token URL", oauth2.tokenUrl, allowPrivate);
}

function checkReceiver(which: string, text: string, allowPrivate: boolean | readonly string[]): void {
  try {
    const { url, name, isAllowed } = readReceiver(text, allowPrivate);
    if (LOCALHOST.test(url.hostname) && !isAllowed("127.0.0.1"))
      throw new RainhooksError(
        "input-invalid",
        `The ${which}: The address of ${name} is private or reserved. ${ALLOW}`,
      );
  } catch (error) {
    const [mistake] = error instanceof RainhooksError ? error.mistakes : [];
    if (mistake === undefined) throw error;
    const remedy = REMEDIES.get(mistake.kind ?? "") ?? mistake.remedy;
    throw new RainhooksError("input-invalid", `The ${which}: ${mistakeText({ ...mistake, remedy })}`);
  }
}
