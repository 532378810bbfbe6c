import { isJsonObject } from "@rainhooks/core/json";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { targetNameOf } from "../../targets/target.ts";
import { type Destination, FROM_FILE } from "../destination.ts";

/** An item as its values. */
type Values = Readonly<Record<string, unknown>>;

/** Returns true for the item of a destination that the stage's file declares. */
export function isFromFile({ origin }: Attributes): boolean {
  return origin?.S === FROM_FILE;
}

/** The part of a key that no id of a destination contains. */
const SUFFIX = "#state";

/**
 * Returns the key of the state of a destination of the stage's file: its own item is written by deployments
 * only, and this one by everybody else. So neither overwrites what the other decides.
 */
export function stateKey(id: string): Attributes {
  return { id: { S: `${id}${SUFFIX}` } };
}

/** Returns the id of the destination whose state an item has; `undefined` for any other item. */
export function stateIdOf({ id }: Attributes): string | undefined {
  return id?.S?.endsWith(SUFFIX) ? id.S.slice(0, -SUFFIX.length) : undefined;
}

/** Returns scheme and host of a URL of the stage's file, or the target as it is. */
export function originOf(url: string): string {
  return targetNameOf(url) === undefined ? (URL.parse(url)?.origin ?? "") : url;
}

/** Returns true for a URL that is more than scheme and host. */
export function hasPath(url: string): boolean {
  const { pathname = "/", search = "" } = URL.parse(url) ?? {};
  return pathname !== "/" || search !== "";
}

/**
 * Returns what the stage's file and the state say of a destination, in one item. Without secrets for its
 * host, it is paused, unless somebody has stopped it: the secrets of one host are never sent to another one.
 */
export function mergedItem(declared: Values, state: Values = {}): Values {
  const { id, url: whole, origin: _, ...settings } = declared;
  const { id: _id, secretsId, secretsFor, fromSecrets, ...own } = state;
  const url = originOf(String(whole));
  const known = { state: "active", ...own, ...settings, id, url };
  if (targetNameOf(url) !== undefined) return known;
  if (secretsId !== undefined && secretsFor === url)
    return { ...known, ...(isJsonObject(fromSecrets) ? fromSecrets : {}), secretsId };
  if (known.state !== "active") return known;
  const version = own["version"] ?? 0;
  return {
    ...known,
    state: "paused",
    stateReason: whyItWaits(url, secretsFor),
    pauseId: `secrets-${version}`,
  };
}

function whyItWaits(url: string, secretsFor: unknown): string {
  return typeof secretsFor === "string"
    ? `it waits for its secrets: it has those for ${secretsFor}, and the stage's file says ${url}`
    : "it waits for its secrets";
}

/** Adds to a destination what only those of the stage's file have. */
export function withFile({ url }: Values, destination: Destination): Destination {
  const whole = typeof url === "string" && targetNameOf(url) === undefined ? { wholeUrl: url } : {};
  return { ...destination, origin: FROM_FILE, ...whole };
}

/** What decides which secrets a destination is sent with, and to which URL. */
export type WithSecrets = Pick<Destination, "id" | "secretsId"> &
  Partial<Pick<Destination, "origin" | "url" | "wholeUrl">>;

/** Returns true for a destination of the stage's file to which nobody has given secrets for its host. */
export function waitsForSecrets({ origin, url = "", secretsId }: WithSecrets): boolean {
  return origin === FROM_FILE && targetNameOf(url) === undefined && secretsId === undefined;
}

/** Returns secrets with the URL of the stage's file, if it is a whole one. */
export function withFileUrl<Secrets extends { readonly url: string }>(
  secrets: Secrets,
  { wholeUrl }: Pick<WithSecrets, "wholeUrl">,
): Secrets {
  return wholeUrl === undefined || !hasPath(wholeUrl) ? secrets : { ...secrets, url: wholeUrl };
}
