import { SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import { chunk } from "@rainhooks/core/collections";
import { RainhooksError } from "@rainhooks/core/errors";
import { publish } from "@rainhooks/local/aws/publish";
import type { Stage } from "@rainhooks/local/aws/stage/stage";
import type { FleetMessage, PublishedFleetMessage } from "@rainhooks/local/fleet/message";
import { neoEvents } from "../functions/neo-events/function.ts";
import { type NeoMessage, truthOf } from "./truth-of.ts";

/** Returns a message of Neo, with what its publisher knows of it. */
export function fleetMessage(message: NeoMessage): FleetMessage {
  const { to, body } = message;
  const truth = truthOf(message);
  if (to !== "queue") return { type: to, body, attributes: {}, truth };
  const type = truth?.type ?? "rmaker.event.node_params_changed";
  return { type, body, attributes: {}, truth, ...{ isForQueue: true } };
}

/** Returns true for a message for the queue of the function that makes events of it. */
export function isForQueue(message: FleetMessage): boolean {
  return "isForQueue" in message;
}

const MESSAGES_PER_CALL = 10;

/**
 * Sends messages to the topics of their types, and to the queue of the function that makes events of them.
 *
 * @throws {RainhooksError} `stage-failed` if the stage does not run that function, or when a service rejects
 * a message.
 */
export async function sendToStage(
  { clients: { sns, sqs }, provisioned: { topics, queues } }: Pick<Stage, "clients" | "provisioned">,
  messages: readonly FleetMessage[],
  onSent: (count: number) => void = () => undefined,
): Promise<PublishedFleetMessage[]> {
  const QueueUrl = queues.get(neoEvents.name)?.queue.url;
  const forTopics = messages.filter((one) => !isForQueue(one));
  const sent = await publish(sns, topics, forTopics, onSent);
  for (const call of chunk(messages.filter(isForQueue), MESSAGES_PER_CALL)) {
    if (QueueUrl === undefined) throw failed(`The stage does not run ${neoEvents.name}.`);
    const Entries = call.map(({ body }, index) => ({ Id: String(index), MessageBody: body }));
    const batch = new SendMessageBatchCommand({ QueueUrl, Entries });
    const { Failed: [failure] = [], Successful = [] } = await sqs.send(batch);
    if (failure !== undefined)
      throw failed(`SQS rejected a message: ${failure.Code} ${failure.Message ?? ""}`);
    for (const { Id, MessageId = "" } of Successful) {
      const message = call[Number(Id)];
      if (message !== undefined) sent.push({ id: MessageId, message });
    }
    onSent(call.length);
  }
  return sent;
}

function failed(message: string): RainhooksError {
  return new RainhooksError("stage-failed", message);
}
