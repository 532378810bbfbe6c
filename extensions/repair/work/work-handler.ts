import { setTimeout as pause } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { AWS_CLIENT_OPTIONS } from "@rainhooks/core/aws-client";
import { MINUTE_MS } from "@rainhooks/core/durations";
import { readFilterRules } from "@rainhooks/filter/filter-results";
import { type RunHandler, runHandler } from "@rainhooks/webhook/run-handler";
import type { storeRead } from "../functions/store-read/function.ts";
import type { storeWork } from "../functions/store-work/function.ts";
import { functionWork } from "./function-work.ts";

/** An invocation ends by itself when it has less time left, so that the next one can go on. */
const MIN_LEFT_MS = 12 * MINUTE_MS;

/**
 * One invocation makes thousands of calls, and no queue repeats it: only its client repeats one of
 * them.
 */
const CLIENT_OPTIONS = { ...AWS_CLIENT_OPTIONS, maxAttempts: 8 };

/** Makes the handler of a function that does parts of jobs, from what they can call in it. */
export function workHandler(
  definition: typeof storeRead | typeof storeWork,
  methods: object,
): RunHandler {
  return runHandler(definition, ({ resources: { archive, ...tables } }) => {
    const deployed = new Map<string, string | undefined>(Object.entries(tables));
    const names = new Map(
      Object.entries(definition.resources).flatMap(([name, resource]) =>
        resource.kind === "table" ? [[resource.table.name as string, deployed.get(name)]] : [],
      ),
    );
    const client = new DynamoDBClient(CLIENT_OPTIONS);
    const work = functionWork(methods, {
      client,
      s3: new S3Client({ ...CLIENT_OPTIONS, forcePathStyle: true }),
      bucket: archive,
      folder: definition.resources.archive.folder,
      nameOf: (table) => names.get(table) ?? table,
      readRules: () => readFilterRules({ client, tableName: tables.filterRules }),
      nowMs: Date.now,
      wait: pause,
      random: Math.random,
    });
    return ({ event, remainingMs }) => work(event, () => remainingMs() < MIN_LEFT_MS);
  });
}
