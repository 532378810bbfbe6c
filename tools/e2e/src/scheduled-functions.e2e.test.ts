import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ListSubscriptionsByTopicCommand, UnsubscribeCommand } from "@aws-sdk/client-sns";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { SHIPPED_WEBHOOKS } from "@rainhooks/app-list";
import { bundleDir } from "@rainhooks/app-list/bundles";
import {
  functionsWith,
  startTestStage,
  type TestStage,
} from "@rainhooks/app-local/testing/test-stage";
import { publishEvent } from "@rainhooks/local/aws/publish";
import { withShortWaits } from "@rainhooks/local/aws/stage/short-waits";
import { readRoundsItems, roundsWriter } from "@rainhooks/stage/rounds/rounds-items";
import { eventually } from "@rainhooks/testing/eventually";
import { defineFunction } from "@rainhooks/webhook/define-function";
import { deployedName } from "@rainhooks/webhook/names";
import { roundsTable } from "@rainhooks/webhook/rounds-table";

/** A function that fails in its first run, and then writes its setting. */
const moody = defineFunction({
  trigger: "rate",
  name: "moody",
  description: "Fails once.",
  everyMinutes: 1440,
  settings: { word: { kind: "text", default: "hello" } },
});
const MOODY = `
let runs = 0;
export const handler = async (event) => {
  runs += 1;
  if (runs === 1) throw new Error("not today");
  await new Promise((resolve) => setTimeout(resolve, 50));
  console.log(JSON.stringify({ run: runs, source: event.source, word: process.env.WORD ?? "default" }));
};
`;

describe("scheduled functions on a local stage", () => {
  let folder: string;
  let running: TestStage;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "moody-"));
    await writeFile(join(folder, "index.mjs"), MOODY);
    running = await startTestStage({
      functions: [
        ...functionsWith(
          SHIPPED_WEBHOOKS.filter(({ name }) => name === "node-status").map(withShortWaits),
        ),
        moody,
      ],
      bundleDir: (name) => (name === moody.name ? folder : bundleDir(name)),
    });
  });
  afterAll(async () => {
    await running.stop();
    await rm(folder, { recursive: true });
  });

  it("sample the fleet", async () => {
    const { stage } = running;
    await publishEvent(stage, "rmaker.event.node_connected", { node_id: "n1" });
    const newest = async () => {
      await stage.runScheduled();
      const response = await fetch(`${stage.apiUrl}/v1/fleet`);
      const { samples } = (await response.json()) as { readonly samples: readonly object[] };
      return samples.at(-1);
    };
    const sample = await eventually(
      newest,
      (found) => found !== undefined && "online" in found && found.online === 1,
    );
    expect(sample).toMatchObject({ all: 1, online: 1, offline: 0, unknown: 0 });
  });

  it("make the rounds, which note that somebody has deleted a subscription", async () => {
    const { stage } = running;
    const { dynamodb: client, sns } = stage.clients;
    const table = { client, tableName: deployedName(stage.name, roundsTable.name) };
    const TopicArn = stage.provisioned.topics.get("rmaker.event.node_disconnected") ?? "";
    const { Subscriptions = [] } = await sns.send(
      new ListSubscriptionsByTopicCommand({ TopicArn }),
    );
    const round = async () => {
      // It looks hourly.
      await roundsWriter(table).note("hourly", "0");
      await stage.runScheduled();
      return readRoundsItems(table);
    };
    const { handled, open } = await eventually(round, ({ madeMs }) => madeMs !== undefined);
    expect([...(handled.get("node-status")?.keys() ?? [])]).toEqual([
      "esp_rainmaker_sns_node_connected",
    ]);
    expect(open).toEqual([]);
    const [{ SubscriptionArn } = {}] = Subscriptions;
    await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
    const text =
      "esp_rainmaker_sns_node_disconnected does not send to rainhooks-local-node-status.";
    expect(await eventually(round, (items) => items.open.length > 0)).toMatchObject({
      open: [{ check: "subscription-gone", text }],
    });
  });

  it("scheduled functions run again after a failure, which is reported, and one after the other", async () => {
    const { stage, problems } = running;
    await Promise.all([stage.runScheduled(), stage.runScheduled(), stage.runScheduled()]);
    expect(problems.filter((problem) => problem.startsWith("moody"))).toEqual(["moody: not today"]);
    expect(stage.webhooks.map(({ name }) => name)).toEqual(["node-status"]);
  });
});
