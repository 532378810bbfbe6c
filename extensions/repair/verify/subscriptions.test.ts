import { gzipSync } from "node:zlib";
import { GetParameterHistoryCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect, it } from "@jest/globals";
import { readOutputsHistory } from "@rainhooks/stage/read-outputs";
import { sinceOf } from "./verify-tables.ts";

const MINUTE_MS = 60_000;
const TOPICS = { alert: "arn:aws:sns:us-east-1:1:alert" };

const WEBHOOK = { trigger: "topics", queueUrl: "q", deadLetterQueueUrl: "d" };

/** The text of outputs in SSM. */
function outputsWith(functions: object): string {
  const names = {
    stage: "dev",
    region: "us-east-1",
    integration: "rainhooks-dev",
    tables: {},
    parameters: {},
  };
  return gzipSync(JSON.stringify({ ...names, functions })).toString("base64");
}

function outputs(filterPolicy?: Readonly<Record<string, readonly string[]>>, days = "30"): string {
  const replay = {
    queueUrl: "q",
    topics: TOPICS,
    ...(filterPolicy === undefined ? {} : { filterPolicy }),
  };
  const settings = { timelineDays: { value: days, kind: "number", isDefault: false } };
  return outputsWith({ "node-status": { ...WEBHOOK, settings, replay } });
}

/** A client that has these versions of the parameter. */
function clientWith(
  versions: readonly {
    readonly minute: number;
    readonly version: number;
    readonly value: string;
  }[],
) {
  const client = new SSMClient({
    region: "us-east-1",
    credentials: { accessKeyId: "x", secretAccessKey: "x" },
  });
  const Parameters = versions.map(({ minute, version, value }) => ({
    LastModifiedDate: new Date(minute * MINUTE_MS),
    Version: version,
    Value: value,
  }));
  const send = async (command: unknown) => {
    if (!(command instanceof GetParameterHistoryCommand)) throw new Error("another command");
    return command.input.NextToken === undefined
      ? { Parameters: Parameters.slice(1), NextToken: "1" }
      : { Parameters: Parameters.slice(0, 1) };
  };
  return Object.assign(client, { send });
}

const sinceIn = async (...values: readonly string[]) => {
  const versions = values.map((value, index) => ({
    minute: 100 * index,
    version: index + 1,
    value,
  }));
  return sinceOf(await readOutputsHistory(clientWith(versions), "dev"), "node-status") / MINUTE_MS;
};

it("subscriptions and settings that no deployment has changed were always those of today", async () => {
  expect(await sinceIn(outputs(), outputs(), outputs())).toBe(0);
});

it("what is judged begins a quarter of an hour after the last deployment that changed subscriptions or settings", async () => {
  const some = outputs({ node_id: ["kitchen"] });
  expect(await sinceIn(outputs(), some, some)).toBe(115);
  expect(await sinceIn(outputs(), some, outputs())).toBe(215);
  expect(
    await sinceIn(outputs(undefined, "30"), outputs(undefined, "90"), outputs(undefined, "90")),
  ).toBe(115);
});

it("subscriptions are not known before the first version that SSM has, and in another version of Rainhooks", async () => {
  const client = clientWith([
    { minute: 100, version: 7, value: "{}" },
    { minute: 200, version: 8, value: outputs() },
  ]);
  const history = await readOutputsHistory(client, "dev");
  expect(history.map(({ version, outputs: read }) => [version, read === undefined])).toEqual([
    [7, true],
    [8, false],
  ]);
  expect(sinceOf(history, "node-status")).toBe(215 * MINUTE_MS);
  expect(sinceOf(history.slice(1), "node-status")).toBe(215 * MINUTE_MS);
  expect(sinceOf(history.slice(0, 1), "node-status")).toBe(Number.MAX_SAFE_INTEGER);
  expect(sinceOf(history, "time-series")).toBe(Number.MAX_SAFE_INTEGER);
});
