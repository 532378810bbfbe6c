import { setTimeout as pause } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { AWS_CLIENT_OPTIONS } from "@rainhooks/core";
import { functionWork } from "@rainhooks/operate/function-work";
import { invokedHandler } from "@rainhooks/webhook";
import { storeWork } from "./function.ts";

/** An invocation ends by itself when it has less time left, so that the next one can go on. */
const MIN_LEFT_MS = 10 * 60_000;

export const handler = invokedHandler(storeWork, ({ resources }) => {
  const { archive, ...tables } = resources;
  const names = new Map(
    Object.entries(tables).map(([name, deployed]) => [
      storeWork.resources[name as keyof typeof tables].table.name as string,
      deployed,
    ]),
  );
  const work = functionWork({
    client: new DynamoDBClient(AWS_CLIENT_OPTIONS),
    s3: new S3Client({ ...AWS_CLIENT_OPTIONS, forcePathStyle: true }),
    bucket: archive,
    folder: storeWork.resources.archive.folder,
    nameOf: (table) => names.get(table) ?? table,
    nowMs: Date.now,
    wait: pause,
  });
  return (event, { leftMs }) => work(event, () => leftMs() < MIN_LEFT_MS);
});
