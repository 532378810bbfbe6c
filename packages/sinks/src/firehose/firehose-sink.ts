import { type FirehoseClient, PutRecordBatchCommand } from "@aws-sdk/client-firehose";
import { chunkBySize } from "@rainhooks/core/collections";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { DEFAULT_RETRY, type RetryPolicy, retryLeftovers } from "@rainhooks/core/retry";
import { type Packet, packLines } from "../lines.ts";
import { failAll, type Sink } from "../sink.ts";
import { MAX_BYTES_PER_CALL, MAX_BYTES_PER_RECORD, MAX_RECORDS_PER_CALL } from "./limits.ts";

/** Options of {@link firehoseSink}. */
export interface FirehoseSinkOptions {
  readonly client: FirehoseClient;
  readonly streamName: string;
  /**
   * Maximum size of a record in bytes. Large records are cheaper, because each is billed in steps
   * of 5 KB.
   *
   * @defaultValue 1,000 KiB, the maximum of Firehose
   */
  readonly recordBytes?: number;
  /** @defaultValue DEFAULT_RETRY */
  readonly retry?: RetryPolicy;
}

/**
 * Makes a sink that writes items to a Firehose stream as newline-delimited JSON, many items per
 * record. Rejected records are retried with backoff; after the last retry their items fail with
 * `throttled` if the stream is at its limit, otherwise with `sink-unavailable`.
 *
 * @example
 * ```ts
 * import { FirehoseClient } from "@aws-sdk/client-firehose";
 * import { firehoseSink } from "@rainhooks/webhook/sinks";
 *
 * const client = new FirehoseClient({});
 * const sink = firehoseSink({ client, streamName: "rainhooks-dev-alerts" });
 * console.log(await sink.write([{ id: "1", value: { node: "kitchen", text: "Too hot" } }])); // []
 * ```
 */
export function firehoseSink(options: FirehoseSinkOptions): Sink<unknown> {
  const { client, streamName, recordBytes = MAX_BYTES_PER_RECORD, retry = DEFAULT_RETRY } = options;

  /** Sends one call. Returns the records that Firehose rejected, each with the reason. */
  async function sendCall(call: readonly Packet[]): Promise<[Packet, Reason][]> {
    try {
      const response = await client.send(
        new PutRecordBatchCommand({
          DeliveryStreamName: streamName,
          Records: call.map(({ data }) => ({ Data: data })),
        }),
      );
      return call.flatMap((packet, index): [Packet, Reason][] => {
        const { ErrorCode, ErrorMessage = "" } = response.RequestResponses?.[index] ?? {};
        return ErrorCode === undefined
          ? []
          : [[packet, { name: ErrorCode, text: `${ErrorCode}: ${ErrorMessage}` }]];
      });
    } catch (error) {
      const reason = { name: error instanceof Error ? error.name : "", text: messageOf(error) };
      return call.map((packet) => [packet, reason]);
    }
  }

  async function send(packets: readonly Packet[], reasons: Map<Packet, Reason>): Promise<Packet[]> {
    const rejected: Packet[] = [];
    for (const call of callsOf(packets)) {
      for (const [packet, reason] of await sendCall(call)) {
        reasons.set(packet, reason);
        rejected.push(packet);
      }
    }
    return rejected;
  }

  return {
    write: async (items) => {
      const { packets, failures } = packLines(items, Math.min(recordBytes, MAX_BYTES_PER_RECORD));
      const reasons = new Map<Packet, Reason>();
      const rejected = await retryLeftovers(
        packets,
        (remaining) => send(remaining, reasons),
        retry,
      );
      return [
        ...failures,
        ...rejected.flatMap((packet) =>
          failAll(packet.ids, rejection(streamName, reasons.get(packet))),
        ),
      ];
    },
  };
}

/** Groups packets, in order, into calls within the limits of Firehose. */
export function callsOf(packets: readonly Packet[]): Packet[][] {
  const max = { count: MAX_RECORDS_PER_CALL, bytes: MAX_BYTES_PER_CALL };
  return chunkBySize(packets, ({ data }) => data.length, max);
}

/** Why Firehose rejected a record. */
interface Reason {
  /** Name of the error. */
  readonly name: string;
  readonly text: string;
}

/**
 * Errors of a stream that gets more than it takes. Source: Amazon Data Firehose API reference,
 * "PutRecordBatch".
 */
const THROTTLES: ReadonlySet<string> = new Set([
  "LimitExceededException",
  "ServiceUnavailableException",
  "ThrottlingException",
]);

function rejection(streamName: string, reason: Reason | undefined): RainhooksError {
  const code = THROTTLES.has(reason?.name ?? "") ? "throttled" : "sink-unavailable";
  return new RainhooksError(
    code,
    `Firehose stream ${streamName} rejected a record: ${reason?.text}`,
  );
}
