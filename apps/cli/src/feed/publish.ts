import { PublishCommand } from "@aws-sdk/client-sns";
import { catalogEntry, messageOf, RainhooksError } from "@rainhooks/core";
import type { LocalStage } from "@rainhooks/stage";
import { reachLocalStage, type StageOptions } from "../reach/stage.ts";
import { readInput } from "../read-input.ts";
import { NO_TEST_EVENTS, requireLocalStage } from "./only-local.ts";
import { type OutgoingEvent, readEvents } from "./read-event.ts";

const MISSING = "Give the file with the event, such as docs/samples/node_connected.json.";
const ANYWAY = "To publish it anyway, give its event type with --type.";

/** Publishes the events in a file, or from standard input. */
export async function publishCommand(
  file: string,
  options: StageOptions & { readonly type?: string | undefined },
): Promise<void> {
  requireLocalStage("publish", options, NO_TEST_EVENTS);
  const events = readEvents(await readInput(file, MISSING), options.type, ANYWAY);
  const stage = await reachLocalStage(options);
  for (const event of events) console.log(await publishOne(stage, event));
}

/** Publishes one event; returns the line that says so. */
export async function publishOne({ clients, local }: LocalStage, event: OutgoingEvent): Promise<string> {
  const { topic } = catalogEntry(event.type);
  const attributes = Object.entries(event.attributes).map(([name, value]) => [
    name,
    { DataType: "String", StringValue: value },
  ]);
  const message = new PublishCommand({
    TopicArn: local.file.topicArnPrefix + topic,
    Message: event.body,
    MessageAttributes: Object.fromEntries(attributes),
  });
  const { MessageId } = await clients.sns.send(message).catch((error: unknown) => {
    throw new RainhooksError("input-invalid", `SNS rejected this message: ${messageOf(error)}`, {
      cause: error,
    });
  });
  return `Published ${event.type} to ${topic} as delivery ${MessageId}`;
}
