import { PublishBatchCommand, type SNSClient } from "@aws-sdk/client-sns";
import type { EventType } from "@rainhooks/core/catalog";
import { chunkBySize, mapLimited } from "@rainhooks/core/collections";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { failAll, type Item, type ItemFailure, oneEach, type Sink } from "@rainhooks/sinks/sink";
import { MAX_EVENT_BYTES } from "../../read-input.ts";
import type { NeoEvent } from "../../shadow.ts";

/** Source: Amazon SNS API reference, "PublishBatch". */
const MESSAGES_PER_CALL = 10;
const CALLS_AT_ONCE = 8;
/** Bytes of the attributes of a message, at most. */
const ATTRIBUTE_BYTES = 256;

/** An event, and the item that it is of. */
interface Outgoing extends NeoEvent {
  readonly itemId: string;
}

/**
 * Makes a sink that publishes events on the topics of their types, ten to a call. An item has any
 * number of events, and fails if one of them does: it is then published again as a whole, which
 * does no harm.
 *
 * @param arns ARNs of the topics.
 */
export function topicSink(
  sns: Pick<SNSClient, "send">,
  arns: ReadonlyMap<EventType, string>,
): Sink<readonly NeoEvent[]> {
  return {
    write: async (items) => {
      const calls = [...arns].flatMap(([type, arn]) =>
        callsFor(items, type).map((events) => () => publish(sns, arn, events)),
      );
      const failures = await mapLimited(calls, CALLS_AT_ONCE, (call) => call());
      return oneEach(failures.flat());
    },
  };
}

function callsFor(items: readonly Item<readonly NeoEvent[]>[], type: EventType): Outgoing[][] {
  const events = items.flatMap(({ id, value }) =>
    value.filter((event) => event.type === type).map((event) => ({ ...event, itemId: id })),
  );
  return chunkBySize(events, ({ body }) => Buffer.byteLength(body) + ATTRIBUTE_BYTES, {
    count: MESSAGES_PER_CALL,
    bytes: MAX_EVENT_BYTES + ATTRIBUTE_BYTES,
  });
}

async function publish(
  sns: Pick<SNSClient, "send">,
  TopicArn: string,
  events: readonly Outgoing[],
): Promise<ItemFailure[]> {
  const PublishBatchRequestEntries = events.map(({ type, nodeId, body }, index) => ({
    Id: String(index),
    Message: body,
    MessageAttributes: { event_type: text(type), node_id: text(nodeId) },
  }));
  try {
    const { Failed = [] } = await sns.send(
      new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }),
    );
    return Failed.flatMap(({ Id, Code, Message = "" }) => {
      const event = events[Number(Id)];
      return event === undefined
        ? []
        : [{ id: event.itemId, error: unavailable(`${Code} ${Message}`.trim()) }];
    });
  } catch (cause) {
    return failAll(
      events.map(({ itemId }) => itemId),
      unavailable(messageOf(cause), cause),
    );
  }
}

function text(StringValue: string) {
  return { DataType: "String", StringValue };
}

function unavailable(reason: string, cause?: unknown): RainhooksError {
  return new RainhooksError(
    "sink-unavailable",
    `SNS did not accept an event of a node: ${reason}.`,
    {
      cause,
    },
  );
}
