import { archive } from "@rainhooks/app-archive/webhook";
import { type Delivery, isJsonObject, readDelivery } from "@rainhooks/core";
import { deployedName } from "@rainhooks/webhook/define";
import type { SQSRecord } from "aws-lambda";
import { startFunction, startShipped } from "../../processes/function.ts";
import { startMeter } from "../../processes/meter.ts";
import { BENCH_STAGE, type Services } from "../../processes/services.ts";
import type { Contender } from "../compare.ts";
import type { RivalBundles } from "./bundle-rival.ts";
import { END_MS } from "./messages.ts";

/** Bodies of the deliveries, by their ids. */
export type ExpectedDeliveries = ReadonlyMap<string, string>;

/** Our archive. */
export const ourArchive: Contender<ExpectedDeliveries> = withCount({
  name: "archive",
  ownTables: [],
  answers: "sent",
  start: (endpoint) => startShipped(archive, endpoint, { nowMs: END_MS }),
});

/** The rival of the archive: a call of Firehose for each record. */
export function forkPipeline(bundles: RivalBundles): Contender<ExpectedDeliveries> {
  return withCount({
    name: "fork pipeline",
    ownTables: [],
    answers: "sent",
    start: (endpoint) =>
      startFunction({
        nowMs: END_MS,
        bundle: bundles.path("fork-pipeline"),
        endpoint,
        memoryMiB: archive.function.memoryMiB,
        variables: { DELIVERY_STREAM: deployedName(BENCH_STAGE, "archive") },
      }),
  });
}

/** Adds the comparison of what reaches Firehose with what is expected. */
function withCount(
  contender: Omit<Contender<ExpectedDeliveries>, "countWrong">,
): Contender<ExpectedDeliveries> {
  return {
    ...contender,
    countWrong: async ({ endpoint }: Services, { before, timed, expected }) => {
      const meter = await startMeter(endpoint);
      const bench = await contender.start(meter.endpoint);
      for (const batch of [...before, ...timed]) await bench.invoke(batch);
      await bench.stop();
      await meter.stop();
      const lines = meter.counted.firehoseRecords.flatMap((record) => record.trimEnd().split("\n"));
      const found = new Map(lines.map(deliveryIn));
      const right = [...expected].filter(([id, body]) => found.get(id) === body).length;
      return Math.max(lines.length, expected.size) - right;
    },
  };
}

/** Returns the id and the body of the message in a line: a delivery of ours, or the envelope of SNS. */
function deliveryIn(line: string): [string, string] {
  const parsed: unknown = JSON.parse(line);
  if (!isJsonObject(parsed)) return ["", ""];
  return [String(parsed["id"] ?? parsed["MessageId"]), String(parsed["body"] ?? parsed["Message"])];
}

/** Returns the deliveries that records contain. */
export function deliveriesIn(records: readonly SQSRecord[]): ExpectedDeliveries {
  return new Map(records.map(readDelivery).map(({ id, body }: Delivery) => [id, body]));
}
