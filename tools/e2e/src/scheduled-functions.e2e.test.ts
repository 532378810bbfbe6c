import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
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
import { eventually } from "@rainhooks/testing/eventually";
import { defineFunction } from "@rainhooks/webhook/define-function";

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

  it("scheduled functions name a subscription that somebody has deleted", async () => {
    const { stage } = running;
    const arn = stage.provisioned.topics.get("rmaker.event.node_disconnected") ?? "";
    const { Subscriptions = [] } = await stage.clients.sns.send(
      new ListSubscriptionsByTopicCommand({ TopicArn: arn }),
    );
    expect(Subscriptions).toHaveLength(1);
    const log = async () => {
      await stage.runScheduled();
      return readFile(join(running.dataDir, "logs", "fleet-samples.log"), "utf8");
    };
    expect(await log()).not.toContain("Subscriptions are gone");
    await stage.clients.sns.send(
      new UnsubscribeCommand({ SubscriptionArn: Subscriptions[0]?.SubscriptionArn }),
    );
    const lines = (await eventually(log, (text) => text.includes("Subscriptions are gone"))).split(
      "\n",
    );
    expect(lines.find((line) => line.includes("Subscriptions are gone"))).toContain(
      `"gone":["rainhooks-local-node-status of ${arn}"]`,
    );
    expect(lines.some((line) => line.includes('"SubscriptionsGone":1'))).toBe(true);
  });

  it("scheduled functions run again after a failure, which is reported, and one after the other", async () => {
    const { stage, problems } = running;
    await Promise.all([stage.runScheduled(), stage.runScheduled(), stage.runScheduled()]);
    expect(problems.filter((problem) => problem.startsWith("moody"))).toEqual(["moody: not today"]);
    expect(stage.webhooks.map(({ name }) => name)).toEqual(["node-status"]);
  });
});
