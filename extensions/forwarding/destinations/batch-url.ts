import { inputError } from "@rainhooks/core/errors";
import type { Mistake } from "@rainhooks/core/mistake";
import type { DestinationSecrets } from "../secrets/secrets.ts";
import { readUrlTemplate } from "../send/url-template.ts";
import type { Destination } from "./destination.ts";

type BatchSettings = Pick<Destination, "batchEvents" | "inOrder">;

/**
 * Returns what is wrong with a URL that has values of an event, for a destination with batches: a request
 * with several events has one URL.
 */
export function batchUrlMistake({ batchEvents, inOrder }: BatchSettings, url: string): Mistake | undefined {
  if (batchEvents === undefined) return undefined;
  // The events of a request are of one node only if they come in order.
  const known = ["id", "count", ...(inOrder ? ["nodeId"] : [])];
  const paths = readUrlTemplate(url).flatMap((piece) => (typeof piece === "string" ? [] : [piece.join(".")]));
  if (paths.every((path) => known.includes(path))) return undefined;
  const names = known.map((name) => `{{${name}}}`).join(" and ");
  return {
    field: "url",
    problem: `has values of one event, but a batch has several. With batches, a URL can only have ${names}.`,
  };
}

/**
 * Refuses the URL of a destination with batches that has values of an event.
 *
 * @param secretsOf Returns its secrets; only called for one with batches.
 * @throws {RainhooksError} `input-invalid`, with what can be in such a URL.
 */
export async function checkBatchUrl(
  settings: BatchSettings,
  secretsOf: () => Promise<Pick<DestinationSecrets, "url"> | undefined>,
): Promise<void> {
  if (settings.batchEvents === undefined) return;
  const { url = "" } = (await secretsOf()) ?? {};
  const mistake = batchUrlMistake(settings, url);
  if (mistake !== undefined) throw inputError(mistake);
}
