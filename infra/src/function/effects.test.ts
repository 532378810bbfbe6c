import { expect, it, test } from "@jest/globals";
import type { FunctionChanges } from "@rainhooks/stack/config/config";
import { FunctionSchema } from "@rainhooks/stack/config/functions";
import { synthesize } from "../synthesize.ts";
import { dev } from "../testing/stages.ts";

/** A change of each field, to a function whose definition has another value. */
const CHANGES: {
  readonly [Field in keyof FunctionChanges]-?: readonly [string, FunctionChanges[Field]];
} = {
  deployed: ["hello", false],
  paused: ["hello", true],
  memoryMiB: ["hello", 333],
  timeoutS: ["hello", 33],
  reservedConcurrency: ["hello", 333],
  settings: ["node-status", { timelineDays: 33 }],
  environment: ["hello", { MINE: "1" }],
  alarms: ["hello", { maxFailures: 33 }],
  maxConcurrency: ["hello", 33],
  batchSize: ["hello", 33],
  windowS: ["hello", 33],
  queueRetentionDays: ["hello", 3],
  deadLetterRetentionDays: ["hello", 3],
  leaveOut: ["hello", ["rmaker.event.alert"]],
  filterPolicy: ["hello", { event_type: ["x"] }],
  everyMinutes: ["watch", 33],
  allowOrigins: ["query-api", ["https://example.com"]],
};

it("every field of a function has a change here", () => {
  expect(Object.keys(CHANGES).sort()).toEqual(Object.keys(FunctionSchema.entries).sort());
});

/** What some changes need besides. */
const BESIDES: Readonly<Record<string, FunctionChanges>> = {
  delivery: { maxConcurrency: 5 },
  deadLetterRetentionDays: { queueRetentionDays: 2 },
};

test.each(Object.entries(CHANGES))("%s has an effect on the stack", (field, [name, value]) => {
  const besides = BESIDES[field] ?? {};
  const stackWith = (change: FunctionChanges) =>
    synthesize({ ...dev, functions: { [name]: change } }).stack;
  expect(stackWith({ ...besides, [field]: value }).resource).not.toEqual(
    stackWith(besides).resource,
  );
});
