import { setTimeout as pause } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { AWS_CLIENT_OPTIONS } from "@rainhooks/core/aws-client";
import { MINUTE_MS } from "@rainhooks/core/durations";
import { runHandler } from "@rainhooks/webhook/run-handler";
import { readFilterRules } from "../../verify/filter-rules.ts";
import { functionWork } from "../../work/function-work.ts";
import { storeWork } from "./function.ts";

/** An invocation ends by itself when it has less time left, so that the next one can go on. */
const MIN_LEFT_MS = 12 * MINUTE_MS;

/** One invocation makes thousands of calls, and no queue repeats it: only its client repeats one of them. */
const CLIENT_OPTIONS = { ...AWS_CLIENT_OPTIONS, maxAttempts: 8 };

export const handler = runHandler(storeWork, ({ resources }) => {
  const { archive, ...tables } = resources;
  const names = new Map(
    Object.entries(tables).map(([name, deployed]) => [
      storeWork.resources[name as keyof typeof tables].table.name as string,
      deployed,
    ]),
  );
  const client = new DynamoDBClient(CLIENT_OPTIONS);
  const work = functionWork({
    client,
    s3: new S3Client({ ...CLIENT_OPTIONS, forcePathStyle: true }),
    bucket: archive,
    folder: storeWork.resources.archive.folder,
    nameOf: (table) => names.get(table) ?? table,
    readRules: () => readFilterRules({ client, tableName: resources.filterRules }),
    nowMs: Date.now,
    wait: pause,
    random: Math.random,
  });
  return ({ event, remainingMs }) => work(event, () => remainingMs() < MIN_LEFT_MS);
});
