import { sqsRecordOf } from "@rainhooks/testing";
import type { SQSRecord } from "aws-lambda";

/** A connect or disconnect of a node. */
export interface Change {
  readonly nodeId: string;
  readonly state: "online" | "offline";
  /** Epoch milliseconds. */
  readonly atMs: number;
}

/** Delay from RainMaker's event to SNS. */
const TO_SNS_MS = 120;

/**
 * Makes the record of a change, as it comes from SNS through SQS.
 *
 * @param id The delivery's id; copies of an event have different ones.
 */
export function recordOfChange({ nodeId, state, atMs }: Change, id: string): SQSRecord {
  const type = `rmaker.event.${state === "online" ? "node_connected" : "node_disconnected"}`;
  const body = JSON.stringify({
    event_version: "v1",
    id: "RainmakeEventId",
    event_type: type,
    timestamp: atMs,
    description: `(Node)${nodeId} is ${state}`,
    event_data: { node_id: nodeId, connected: state === "online" },
  });
  const attributes = { event_type: type, node_id: nodeId };
  return sqsRecordOf({ id, sentAtMs: atMs + TO_SNS_MS, topic: "esp_rainmaker_sns_node", attributes, body });
}

/** Returns an id as long as those of SNS. */
export function deliveryId(sequence: number): string {
  return `00000000-0000-4000-8000-${String(sequence).padStart(12, "0")}`;
}

/** What a node's row must say: its last change. */
export type Expected = ReadonlyMap<string, Change>;

/** Returns the last change of each node. This is the naive model that rows are compared with. */
export function lastChanges(changes: Iterable<Change>): Expected {
  const last = new Map<string, Change>();
  for (const change of changes) {
    const known = last.get(change.nodeId);
    if (known === undefined || change.atMs > known.atMs) last.set(change.nodeId, change);
  }
  return last;
}
