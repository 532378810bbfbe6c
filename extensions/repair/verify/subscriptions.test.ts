import { gzipSync } from "node:zlib";
import { GetParameterHistoryCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect, it } from "@jest/globals";
import { readOutputsHistory } from "@rainhooks/stage/deployed";
import { earlierIn } from "./outputs-history.ts";
import { periodsOf } from "./subscriptions.ts";

const MINUTE_MS = 60_000;
const TOPICS = { alert: "arn:aws:sns:us-east-1:1:alert" };

const WEBHOOK = { trigger: "topics", delivery: "queue", deadLetterQueueUrl: "d" };

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

function outputs(filterPolicy?: Readonly<Record<string, readonly string[]>>): string {
  const replay = { queueUrl: "q", topics: TOPICS, ...(filterPolicy === undefined ? {} : { filterPolicy }) };
  return outputsWith({ "node-status": { ...WEBHOOK, settings: {}, replay } });
}

/** A client that has these versions of the parameter. */
function clientWith(
  versions: readonly { readonly minute: number; readonly version: number; readonly value: string }[],
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

it("are read from the outputs of all deployments", async () => {
  const client = clientWith([
    { minute: 100, version: 1, value: outputs() },
    { minute: 200, version: 2, value: outputs({ node_id: ["kitchen"] }) },
  ]);
  const all = { topics: TOPICS, filterPolicy: undefined };
  const one = { topics: TOPICS, filterPolicy: { node_id: ["kitchen"] } };
  expect(periodsOf(await readOutputsHistory(client, "dev"), "node-status")).toEqual([
    { fromMs: 0, possible: [all] },
    { fromMs: 185 * MINUTE_MS, possible: [all, one] },
    { fromMs: 215 * MINUTE_MS, possible: [one] },
  ]);
});

it("subscriptions are unknown before the first version that SSM has, and for another version of Rainhooks", async () => {
  const client = clientWith([
    { minute: 100, version: 7, value: "{}" },
    { minute: 200, version: 8, value: outputs() },
  ]);
  expect(periodsOf(await readOutputsHistory(client, "dev"), "node-status").at(-1)).toEqual({
    fromMs: 215 * MINUTE_MS,
    possible: [{ topics: TOPICS, filterPolicy: undefined }],
  });
  const history = await readOutputsHistory(client, "dev");
  expect(history.map(({ version, outputs: read }) => [version, read === undefined])).toEqual([
    [7, true],
    [8, false],
  ]);
});

it("the settings of before are those of all deployments, each value once", async () => {
  const withDays = (value: string | undefined) => {
    const settings =
      value === undefined ? {} : { retentionDays: { value, kind: "number", isDefault: false } };
    return outputsWith({ "time-series": { ...WEBHOOK, settings } });
  };
  const client = clientWith(
    ["30", undefined, "60", "30", "a year"].map((value, index) => ({
      minute: index,
      version: index + 1,
      value: withDays(value),
    })),
  );
  const earlier = earlierIn(await readOutputsHistory(client, "dev"), "time-series");
  expect([earlier("retentionDays"), earlier("toString")]).toEqual([[30, 60], []]);
  expect(earlierIn(undefined, "time-series")("retentionDays")).toEqual([]);
});
