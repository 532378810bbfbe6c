import { createHash } from "node:crypto";
import type { Message } from "@aws-sdk/client-sqs";
import { catalogEntry, type EventType, shortType } from "@rainhooks/core/catalog";
import { countText } from "@rainhooks/core/counted";
import { decode } from "@rainhooks/core/decode/decode";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { notificationText } from "@rainhooks/core/deliveries/notification";
import { readDelivery } from "@rainhooks/core/deliveries/read";
import { REPAIR_ATTRIBUTE, repairText } from "@rainhooks/core/deliveries/repair-attribute";
import { RainhooksError } from "@rainhooks/core/errors";
import { escapeForSqs } from "@rainhooks/sinks/sqs/message";
import { sendMessages } from "@rainhooks/sinks/sqs/send-messages";
import { functionOf } from "@rainhooks/stage/outputs";
import { redriveQueueOf, type StageAccess } from "@rainhooks/stage/reached";
import {
  type DeadLetterMessage,
  type DeadLetterReader,
  type MessagesById,
  readMessage,
  receive,
  release,
} from "@rainhooks/stage/read-dead-letters";
import { DEAD_LETTER_ATTRIBUTES } from "@rainhooks/webhook/dead-letters";
import { chosenLetters } from "./choose.ts";
import { deadLetterQueueOf, deadLettersOf } from "./queues.ts";
import { deleteAll, digestOf, type SentLetter } from "./redrive.ts";

/** Dead letters of a webhook among which one is searched. */
const MAX_SEARCHED = 10_000;

/** Which letter to repair, and with what. */
export interface RepairRequest {
  readonly webhook: string;
  /** Id of the delivery. */
  readonly deliveryId: string;
  /** The message as it should have been published. */
  readonly body: string;
  /** Types of events that the webhook handles. @defaultValue not known: all */
  readonly events?: readonly EventType[] | undefined;
  /** Whether to send it although it would not be handled. @defaultValue false */
  readonly isForced?: boolean | undefined;
}

/** The result of a repair. */
export interface RepairResult {
  /** What the webhook gets instead. Its id is the same for each repair with the same body. */
  readonly delivery: Delivery;
  readonly sent: SentLetter;
  /** Whether the archive gets it, too. */
  readonly isArchived: boolean;
}

/**
 * Finds the dead letter of a delivery.
 *
 * @param id Id of the delivery or of the letter, or the start of it.
 * @throws {RainhooksError} `not-found` if there is none; `input-invalid` if there are those of several
 * deliveries.
 */
export async function findDeadLetter(
  reached: StageAccess,
  webhook: string,
  id: string,
): Promise<DeadLetterMessage> {
  const isMeant = chosenLetters({ id });
  const letters = (await deadLettersOf(reached, webhook, MAX_SEARCHED)).filter(isMeant);
  const [letter] = letters;
  if (letter === undefined) throw noLetter(webhook, id);
  const ids = [...new Set(letters.map(({ deliveryId }) => deliveryId))];
  if (ids.length === 1) return letter;
  throw new RainhooksError(
    "input-invalid",
    `${webhook} has dead letters of several such deliveries: ${ids.join(", ")}.`,
  );
}

/**
 * Sends a dead letter's message with another body to the queue of its webhook and to the archive, and then
 * deletes the letter, and its copies. The repaired message keeps when it was published, its topic and its
 * attributes; an attribute says which delivery it repairs. After an interruption it can be repaired again:
 * the repaired message has the same id then.
 *
 * @throws {RainhooksError} the error with which the message would fail; `input-invalid` for what the webhook
 * would ignore, a body that is as
 *   before, a worker, and a webhook without a queue; `not-found`; `dead-letter-unavailable` when a queue
 *   fails.
 */
export async function repairDeadLetter(reached: StageAccess, request: RepairRequest): Promise<RepairResult> {
  const { webhook, deliveryId } = request;
  refuseWorker(reached, webhook);
  const queueUrl = redriveQueueOf(reached, webhook);
  const reader = deadLetterQueueOf(reached, webhook);
  const received: MessagesById = new Map();
  try {
    for await (const _ of receive(reader, MAX_SEARCHED, received));
    const copies = [...received.values()].filter((message) => readMessage(message).deliveryId === deliveryId);
    const [letter] = copies;
    if (letter === undefined) throw noLetter(webhook, deliveryId);
    const delivery = repairedDelivery(letter, request);
    const archiveUrl = reached.outputs.archive?.queueUrl;
    const isArchived = archiveUrl !== undefined;
    const body = escapeForSqs(notificationText(delivery));
    // First to the archive: nothing is handled that it has not.
    for (const url of new Set(isArchived ? [archiveUrl, queueUrl] : [queueUrl]))
      await send(reader, url, body);
    await deleteLetters(reader, copies);
    for (const { MessageId = "" } of copies) received.delete(MessageId);
    return { delivery, isArchived, sent: { letter: readMessage(letter), digest: digestOf({ Body: body }) } };
  } finally {
    await release(reader, [...received.values()]);
  }
}

function noLetter(webhook: string, id: string): RainhooksError {
  return new RainhooksError("not-found", `${webhook} has no dead letter ${id}.`);
}

function refuseWorker({ outputs }: StageAccess, webhook: string): void {
  if (functionOf(outputs, webhook, "queue") === undefined) return;
  throw new RainhooksError(
    "input-invalid",
    `${webhook} is a worker: its dead letters are messages of another function, not of RainMaker, and cannot be repaired. They can be redriven.`,
  );
}

/** @throws {RainhooksError} if the webhook would not handle it. */
function repairedDelivery(letter: Message, request: RepairRequest): Delivery {
  const { webhook, body, isForced = false } = request;
  const old = deliveryOf(letter);
  if (body === old.body)
    throw new RainhooksError(
      "input-invalid",
      `The message of ${old.id} is as it was. Redrive the letter instead.`,
    );
  const repair = repairText({ deliveryId: old.id, webhook });
  const repaired: Delivery = {
    ...old,
    id: idOf(repair, body),
    attributes: { ...old.attributes, [REPAIR_ATTRIBUTE]: repair },
    body,
  };
  if (!isForced) refuseUnhandled(repaired, request);
  return repaired;
}

/** Reads the delivery of a dead letter, as the webhook did. */
function deliveryOf({ MessageId, Body, Attributes, MessageAttributes = {} }: Message): Delivery {
  const own: ReadonlySet<string> = new Set(DEAD_LETTER_ATTRIBUTES);
  const published = Object.entries(MessageAttributes).filter(([name]) => !own.has(name));
  const { replay: _, ...delivery } = readDelivery({
    messageId: MessageId ?? "",
    body: Body ?? "",
    attributes: Attributes,
    messageAttributes: Object.fromEntries(
      published.map(([name, { StringValue }]) => [name, { stringValue: StringValue }]),
    ),
  });
  return delivery;
}

/** Returns an id in the form of those of SNS, which depends on what is repaired, and on the body. */
function idOf(repair: string, body: string): string {
  const hex = createHash("sha256")
    .update(JSON.stringify([repair, body]))
    .digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    "-",
  );
}

function refuseUnhandled(repaired: Delivery, { webhook, events }: RepairRequest): void {
  const decoded = decode(repaired);
  if (decoded.kind === "undecodable") {
    const { code, message: reason } = decoded.error;
    throw new RainhooksError(code, `The repaired message would fail again. ${reason}.`, {
      cause: decoded.error,
    });
  }
  const { type } = decoded.event;
  const isHandled =
    decoded.kind === "event" && (events?.some((event) => event === decoded.event.type) ?? true);
  if (isHandled) return;
  const entry = catalogEntry(type);
  const name = entry === undefined ? type : shortType(entry.type);
  throw new RainhooksError(
    "input-invalid",
    `${webhook} would ignore the repaired message: it does not handle events of type ${name}.`,
  );
}

async function send({ sqs }: DeadLetterReader, queueUrl: string, body: string): Promise<void> {
  const [unsent] = await sendMessages(async () => sqs, queueUrl, [{ body, attributes: {} }]);
  if (unsent === undefined) return;
  const { reason, cause } = unsent;
  throw new RainhooksError(
    "dead-letter-unavailable",
    `${queueUrl} did not accept the repaired message: ${reason}. The letter stays; repair it again.`,
    { cause },
  );
}

async function deleteLetters(reader: DeadLetterReader, copies: readonly Message[]): Promise<void> {
  const kept = await deleteAll(reader, copies);
  if (kept === 0) return;
  throw new RainhooksError(
    "dead-letter-unavailable",
    `The repaired message was sent, but ${countText(kept, "dead letter")} could not be deleted from ${reader.queueUrl}. Repair it again with the same message, or drop it.`,
  );
}
