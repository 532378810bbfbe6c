import { isDerived } from "@rainhooks/core/catalog";
import { wrongInput } from "@rainhooks/core/errors";
import { eventOf } from "@rainhooks/core/event-of";
import { LOCAL_STAGE, stageNameOf } from "@rainhooks/stage/commands/local-stage";
import { withOptionNames } from "@rainhooks/stage/commands/option-names";
import { reachLocalStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import { readInput } from "@rainhooks/stage/commands/read-input";
import {
  type OutgoingEvent,
  publishEvent,
  readOutgoingEvents,
} from "@rainhooks/stage/operate/events/read-outgoing";
import { changesOf, SAMPLE_CHANGES, sampleBody } from "@rainhooks/stage/operate/sample";
import { readRequest } from "@rainhooks/stage/operations/read-request";

const MISSING = "Give the file with the event, such as docs/samples/node_connected.json.";
const ANYWAY = "To publish it anyway, give its event type with --type.";
const OWN =
  "Change --fields. To publish it as it is, write it to a file: rainhooks publish <file> --type <event>";
const OPTIONS = new Map([
  ["node", "--node"],
  ["fields", "--fields"],
]);

/** Publishes the events in a file, or from standard input. */
export async function publishCommand(
  file: string,
  options: StageSelection & { readonly type?: string | undefined },
): Promise<void> {
  requireLocalStage("publish", options);
  await publishAll(
    readOutgoingEvents(await readInput(file, MISSING), options.type, ANYWAY),
    options,
  );
}

/** Publishes the sample of an event with the present time, and with changes. */
export async function triggerCommand(
  event: string,
  options: StageSelection & {
    readonly node?: string | undefined;
    readonly fields?: string | undefined;
  },
): Promise<void> {
  requireLocalStage("trigger", options);
  // The field of an event that has its data is called so, too.
  if (options.data?.trimStart().startsWith("{") === true)
    throw wrongInput(
      "--data is the folder of the stage. Give fields of the event's data with --fields.",
    );
  const type = eventOf(event);
  if (isDerived(type))
    throw wrongInput(
      `${event} is not published by RainMaker, but by this stage, of what happens there.`,
    );
  const { node, fields } = options;
  const at = { nowMs: Date.now(), door: "terminal" } as const;
  const changes = await withOptionNames(OPTIONS, () =>
    readRequest(SAMPLE_CHANGES, { node, fields }, at),
  );
  await publishAll(
    readOutgoingEvents(await sampleBody(type, changesOf(changes)), undefined, OWN),
    options,
  );
}

async function publishAll(
  events: readonly OutgoingEvent[],
  options: StageSelection,
): Promise<void> {
  const stage = await reachLocalStage(options);
  for (const event of events) {
    const { topic, deliveryId } = await publishEvent(stage, event);
    console.log(`Published ${event.type} to ${topic} as delivery ${deliveryId}`);
  }
}

/**
 * Rejects a deployed stage, for a command that works only with the local one.
 *
 * @param reason Why. @defaultValue that of commands that publish
 * @throws {RainhooksError} `input-invalid` with the reason.
 */
export function requireLocalStage(
  command: string,
  options: Pick<StageSelection, "stage">,
  reason = "on RainMaker's own topics, other subscribers would take a test event for a real one",
): void {
  if (stageNameOf(options) === LOCAL_STAGE) return;
  throw wrongInput(`${command} can only be used with the local stage: ${reason}.`);
}
