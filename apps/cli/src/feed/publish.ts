import { reachLocalStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import { readInput } from "@rainhooks/stage/commands/read-input";
import {
  type OutgoingEvent,
  publishEvent,
  readOutgoingEvents,
} from "@rainhooks/stage/operate/events/read-outgoing";
import type { LocalStage } from "@rainhooks/stage/reached";
import { NO_TEST_EVENTS, requireLocalStage } from "./only-local.ts";

const MISSING = "Give the file with the event, such as docs/samples/node_connected.json.";
const ANYWAY = "To publish it anyway, give its event type with --type.";

/** Publishes the events in a file, or from standard input. */
export async function publishCommand(
  file: string,
  options: StageSelection & { readonly type?: string | undefined },
): Promise<void> {
  requireLocalStage("publish", options, NO_TEST_EVENTS);
  const events = readOutgoingEvents(await readInput(file, MISSING), options.type, ANYWAY);
  const stage = await reachLocalStage(options);
  for (const event of events) console.log(await publishOne(stage, event));
}

/** Publishes one event; returns the line that says so. */
export async function publishOne(stage: LocalStage, event: OutgoingEvent): Promise<string> {
  const { topic, deliveryId } = await publishEvent(stage, event);
  return `Published ${event.type} to ${topic} as delivery ${deliveryId}`;
}
