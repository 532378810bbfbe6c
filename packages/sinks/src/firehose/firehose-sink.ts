import { type FirehoseClient, PutRecordBatchCommand } from "@aws-sdk/client-firehose";
import {
  chunkBySize,
  DEFAULT_RETRY,
  messageOf,
  RainhooksError,
  type RetryPolicy,
  retryLeftovers,
} from "@rainhooks/core";
import { type Packet, packLines } from "../lines.ts";
import { failAll, type Sink } from "../sink.ts";
import { BYTES_PER_CALL, BYTES_PER_RECORD, RECORDS_PER_CALL } from "./limits.ts";

/** Where and how a Firehose sink writes. */
export interface FirehoseSinkOptions {
  readonly client: FirehoseClient;
  readonly streamName: string;
  /** Bytes that a record is filled up to. Default (and most): 1,000 KiB, because each record is billed in steps of 5 KB. */
  readonly recordBytes?: number;
  readonly retry?: RetryPolicy;
}

/**
 * Writes items to a Firehose stream as newline-delimited JSON, many items to a record. Records that Firehose refuses
 * are sent again with backoff; the items of those still refused in the end fail with `sink-unavailable`.
 */
export function firehoseSink(options: FirehoseSinkOptions): Sink<unknown> {
  const { client, streamName, recordBytes = BYTES_PER_RECORD, retry = DEFAULT_RETRY } = options;

  /** Sends one call; answers what Firehose refused, and why. */
  async function sendCall(call: readonly Packet[]): Promise<[Packet, string][]> {
    try {
      const answer = await client.send(
        new PutRecordBatchCommand({
          DeliveryStreamName: streamName,
          Records: call.map(({ data }) => ({ Data: data })),
        }),
      );
      return call.flatMap((packet, index): [Packet, string][] => {
        const { ErrorCode, ErrorMessage = "" } = answer.RequestResponses?.[index] ?? {};
        return ErrorCode === undefined ? [] : [[packet, `${ErrorCode}: ${ErrorMessage}`]];
      });
    } catch (error) {
      return call.map((packet) => [packet, messageOf(error)]);
    }
  }

  async function send(packets: readonly Packet[], reasons: Map<Packet, string>): Promise<Packet[]> {
    const refused: Packet[] = [];
    for (const call of callsOf(packets)) {
      for (const [packet, reason] of await sendCall(call)) {
        reasons.set(packet, reason);
        refused.push(packet);
      }
    }
    return refused;
  }

  return {
    write: async (items) => {
      const { packets, failures } = packLines(items, Math.min(recordBytes, BYTES_PER_RECORD));
      const reasons = new Map<Packet, string>();
      const refused = await retryLeftovers(packets, (some) => send(some, reasons), retry);
      return [
        ...failures,
        ...refused.flatMap((packet) => failAll(packet.ids, refusal(streamName, reasons.get(packet)))),
      ];
    },
  };
}

/** Spreads packets over calls within Firehose's limits, in their order. */
export function callsOf(packets: readonly Packet[]): Packet[][] {
  const most = { count: RECORDS_PER_CALL, bytes: BYTES_PER_CALL };
  return chunkBySize(packets, ({ data }) => data.length, most);
}

function refusal(streamName: string, reason: string | undefined): RainhooksError {
  return new RainhooksError("sink-unavailable", `Firehose stream ${streamName} took no record: ${reason}`);
}
