import { isDerived } from "@rainhooks/core/catalog";
import { wrongInput } from "@rainhooks/core/errors";
import { eventOf } from "@rainhooks/core/event-of";
import type { DataValues } from "@rainhooks/stage/commands/data-option";
import { reachLocalStage } from "@rainhooks/stage/commands/reach-stage";
import { readChanges } from "@rainhooks/stage/commands/read-changes";
import { readOutgoingEvents } from "@rainhooks/stage/operate/events/read-outgoing";
import { sampleBody } from "@rainhooks/stage/operate/sample";
import { NO_TEST_EVENTS, requireLocalStage } from "../only-local.ts";
import { publishOne } from "../publish.ts";

/** Options of `trigger`. */
export interface TriggerOptions {
  readonly stage?: string | undefined;
  readonly region?: string | undefined;
  readonly node?: string | undefined;
  readonly data?: DataValues | undefined;
}

const OWN =
  "Change --data. To publish it as it is, write it to a file: rainhooks publish <file> --type <event>";

/** Publishes the sample of an event with the present time, and with changes. */
export async function triggerCommand(event: string, options: TriggerOptions): Promise<void> {
  requireLocalStage("trigger", options, NO_TEST_EVENTS);
  const type = eventOf(event);
  if (isDerived(type))
    throw wrongInput(`${event} is not published by RainMaker, but by this stage, of what happens there.`);
  const events = readOutgoingEvents(await sampleBody(type, readChanges(options)), undefined, OWN);
  const stage = await reachLocalStage({ region: options.region, data: options.data?.folder });
  for (const one of events) console.log(await publishOne(stage, one));
}
