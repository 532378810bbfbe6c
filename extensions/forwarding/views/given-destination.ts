import { SECOND_MS } from "@rainhooks/core/durations";
import type { CallPlace } from "@rainhooks/stage/operations/operation";
import type { Destination } from "../destinations/destination.ts";

/** What has come of adding or changing a destination. */
export interface DestinationResult {
  readonly destination: Destination;
  /** The secret or private key with which its requests are signed, if that is new. */
  readonly signing?: string | undefined;
}

/** Returns the result for programs. It shows the signing secret once. */
export async function destinationJson({ destination, signing }: DestinationResult) {
  const { destinationView } = await import("./destination-view.ts");
  return {
    destination: destinationView(destination),
    ...(signing === undefined || destination.publicKey !== undefined ? {} : { signingSecret: signing }),
  };
}

/** Returns the result for people: which events the destination gets, and how its receiver verifies them. */
export async function addedText(
  given: DestinationResult,
  _: unknown,
  { caller, onStage }: CallPlace,
): Promise<string> {
  const { id, state, url, publicKey } = given.destination;
  if (caller.door !== "terminal") return `${id} is ${state}. ${await soon()}`;
  const { eventsText } = await import("./destination-view.ts");
  const { signing, destination } = given;
  const secret = [
    publicKey === undefined
      ? "Its signing secret, with which the receiver verifies requests (Standard Webhooks). Keep it secret:"
      : "Its public key, with which the receiver verifies requests (Standard Webhooks, v1a). It is no secret:",
    ...["", `  ${publicKey ?? signing}`, ""],
  ];
  return [
    `Destination ${id} is ${state}: ${eventsText(destination).replace(/^all\b/, "all events")} to ${url}`,
    ...(state === "active" ? [await soon()] : []),
    "",
    ...(signing === undefined ? [] : secret),
    `Try it: rainhooks destinations test ${id}${onStage}`,
  ].join("\n");
}

/** Says what a destination has now. */
export async function changedText(
  { destination }: DestinationResult,
  _: unknown,
  { caller }: CallPlace,
): Promise<string> {
  if (caller.door !== "terminal") return `${destination.id} was changed. ${await soon()}`;
  const { destinationLines } = await import("./destination-view.ts");
  return destinationLines(destination, {}, []);
}

async function soon(): Promise<string> {
  const { MAX_KNOWN_AGE_MS } = await import("../destinations/known-destinations.ts");
  return `The stage knows it ${MAX_KNOWN_AGE_MS / SECOND_MS} seconds later.`;
}
