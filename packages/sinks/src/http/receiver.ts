import { isIP } from "node:net";
import { RainhooksError } from "@rainhooks/core/errors";
import { mistakeText } from "@rainhooks/core/mistake";
import { type AddressCheck, addressCheck } from "./address.ts";

/** Where requests go. */
export interface Receiver {
  readonly url: URL;
  readonly protocol: "http:" | "https:";
  /** Scheme and host: what is shown of the URL, whose path and query may contain secrets. */
  readonly name: string;
  readonly isAllowed: AddressCheck;
}

/**
 * Reads the URL of a receiver. Its messages do not contain the URL, except for its scheme and host.
 *
 * @param text The URL. Only `https:`, unless private addresses are allowed: in a private network,
 * `http:` too.
 * @param allowPrivate As for {@link addressCheck}.
 * @throws {RainhooksError} `config-invalid` for a URL that can never be called.
 */
export function readReceiver(
  text: string,
  allowPrivate: boolean | readonly string[] = false,
): Receiver {
  const url = URL.parse(text);
  if (url === null)
    throw invalid(
      "unreadable",
      "The URL of the receiver cannot be read. Write it as https://host/path.",
    );
  const { protocol, origin: name } = url;
  if (protocol !== "https:" && protocol !== "http:")
    throw invalid(
      "other-scheme",
      `The URL of the receiver begins with ${protocol}, not with https:.`,
    );
  if (url.username !== "" || url.password !== "")
    throw invalid(
      "has-user",
      `The URL of ${name} contains a user or a password.`,
      "Send them in headers.authorization.",
    );
  if (protocol === "http:" && allowPrivate === false)
    throw invalid(
      "not-encrypted",
      `${name} is not encrypted.`,
      "Use https:, or set allowPrivate if it is in a private network.",
    );
  const isAllowed = addressCheck(allowPrivate);
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  if (isIP(host) !== 0 && !isAllowed(host))
    throw invalid(
      "private",
      `The address of ${name} is private or reserved.`,
      "If it may be called, set allowPrivate.",
    );
  return { url, protocol, name, isAllowed };
}

/**
 * Why a URL can never be called: the `kind` of the mistake in the error, for callers that know a
 * remedy of their own.
 */
export type ReceiverMistake =
  | "unreadable"
  | "other-scheme"
  | "has-user"
  | "not-encrypted"
  | "private";

function invalid(kind: ReceiverMistake, problem: string, remedy?: string): RainhooksError {
  const mistake = { problem, kind, remedy };
  return new RainhooksError("config-invalid", mistakeText(mistake), { mistakes: [mistake] });
}
