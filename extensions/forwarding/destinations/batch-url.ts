import type { Mistake } from "@rainhooks/core/mistake";
import { readUrlTemplate } from "../send/url-template.ts";
import type { Destination } from "./destination.ts";

/**
 * Returns what is wrong with a URL that has values of an event, for a destination with batches: a request
 * with several events has one URL.
 */
export function batchUrlMistake(
  { batchEvents, inOrder }: Pick<Destination, "batchEvents" | "inOrder">,
  url: string,
): Mistake | undefined {
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
