import type { Stage } from "@rainhooks/local/aws/stage/stage";
import type { EventTruth, PublishedFleetMessage } from "@rainhooks/local/fleet/message";
import { hasArchive, readArchive } from "@rainhooks/local/fleet/reconciliation/reconcile";
import type { AcceptedMessages } from "@rainhooks/local/source";
import { deployedName } from "@rainhooks/webhook/names";
import { isForQueue } from "./send.ts";
import { keyOfBody, keyOfTruth } from "./truth-of.ts";

const UNKNOWN: AcceptedMessages = {
  published: [],
  line: { what: "events that are not compared, without the archive", expected: 0, found: 0, problems: [] },
};

/**
 * Finds in the archive the events that follow from Neo's messages. The function neo-events publishes most of
 * them, so only the archive has their ids. Each event must be there, at least once. Without an archive, no
 * event can be checked.
 */
export async function archivedMessages(
  stage: Stage,
  sent: readonly PublishedFleetMessage[],
): Promise<AcceptedMessages> {
  if (!hasArchive(stage)) return UNKNOWN;
  const truths = new Map<string, EventTruth | undefined>();
  for (const { message } of sent) {
    if (message.truth !== undefined) truths.set(keyOfTruth(message.truth), message.truth);
    else if (!isForQueue(message)) truths.set(message.body, undefined);
  }
  const { deliveries } = await readArchive(stage.clients.s3, deployedName(stage.name, "archive"));
  const types = new Map(sent.map(({ message }) => [message.body, message.type]));
  const found = new Set<string>();
  const published = deliveries.flatMap(({ id, body }): PublishedFleetMessage[] => {
    const key = keyOfBody(body);
    if (!truths.has(key)) return [];
    found.add(key);
    const truth = truths.get(key);
    const type = truth?.type ?? types.get(body) ?? "rmaker.event.node_ts_data";
    return [{ id, message: { type, body, attributes: {}, truth } }];
  });
  const problems = [...truths.keys()].filter((key) => !found.has(key)).map((key) => `no event says ${key}`);
  return {
    published,
    line: { what: "events of what nodes said", expected: truths.size, found: found.size, problems },
  };
}
