import { inputError } from "@rainhooks/core";
import type { DestinationSecrets } from "../secrets/secrets.ts";
import { readUrlTemplate } from "../send/url-template.ts";
import type { Destination } from "./destination.ts";

/**
 * Refuses a URL with values of an event for a destination with batches: a request with several events has one URL.
 *
 * @param secretsOf Returns its secrets; only called for one with batches.
 * @throws {RainhooksError} `input-invalid`, with what can be in such a URL.
 */
export async function checkBatchUrl(
  { batchEvents, inOrder }: Pick<Destination, "batchEvents" | "inOrder">,
  secretsOf: () => Promise<Pick<DestinationSecrets, "url"> | undefined>,
): Promise<void> {
  if (batchEvents === undefined) return;
  // The events of a request are of one node only if they come in order.
  const known = ["id", "count", ...(inOrder ? ["nodeId"] : [])];
  const { url = "" } = (await secretsOf()) ?? {};
  const paths = readUrlTemplate(url).flatMap((piece) => (typeof piece === "string" ? [] : [piece.join(".")]));
  if (paths.every((path) => known.includes(path))) return;
  const names = known.map((name) => `{{${name}}}`).join(" and ");
  throw inputError({
    field: "url",
    problem: `has values of one event, but a batch has several. With batches, a URL can only have ${names}.`,
  });
}
