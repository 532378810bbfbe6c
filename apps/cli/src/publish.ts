import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { PublishCommand } from "@aws-sdk/client-sns";
import { catalogEntry, messageOf, RainhooksError } from "@rainhooks/core";
import { type CommandContext, reachStage, type StageOption } from "./context.ts";
import { type OutgoingEvent, readEvents } from "./read-event.ts";

/** Publishes the events in a file, or those that come in on standard input. */
export async function publishCommand(
  file: string,
  options: StageOption & { readonly type?: string | undefined },
): Promise<void> {
  const events = readEvents(await readInput(file), options.type);
  const context = await reachStage(options);
  for (const event of events) console.log(await publishOne(context, event));
}

async function readInput(file: string): Promise<string> {
  if (file === "-") return text(process.stdin);
  return readFile(resolve(process.env["INIT_CWD"] ?? ".", file), "utf8").catch((error: unknown) => {
    throw new RainhooksError("input-invalid", `${file} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  });
}

async function publishOne({ clients, stage }: CommandContext, event: OutgoingEvent): Promise<string> {
  const { topic } = catalogEntry(event.type);
  const attributes = Object.entries(event.attributes).map(([name, value]) => [
    name,
    { DataType: "String", StringValue: value },
  ]);
  const message = new PublishCommand({
    TopicArn: stage.topicArnPrefix + topic,
    Message: event.body,
    MessageAttributes: Object.fromEntries(attributes),
  });
  const { MessageId } = await clients.sns.send(message).catch((error: unknown) => {
    throw new RainhooksError("input-invalid", `SNS does not take this message: ${messageOf(error)}`, {
      cause: error,
    });
  });
  return `Published ${event.type} on ${topic} as delivery ${MessageId}`;
}
