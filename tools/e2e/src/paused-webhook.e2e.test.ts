import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PublishBatchCommand } from "@aws-sdk/client-sns";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { SHIPPED_WEBHOOKS } from "@rainhooks/app-list";
import { bundleDir } from "@rainhooks/app-list/bundles";
import { unscheduledWith } from "@rainhooks/app-local/testing/test-stage";
import { type Emulators, startEmulators } from "@rainhooks/local/aws/emulators/start-emulators";
import { makeDataFolder } from "@rainhooks/local/aws/stage/hold-data";
import { withShortestWaits } from "@rainhooks/local/aws/stage/short-waits";
import { type Stage, startStage } from "@rainhooks/local/aws/stage/stage";
import { requireRunningStage } from "@rainhooks/stage/stage-file";
import { eventually } from "@rainhooks/testing/eventually";

const NAME = "node-status";
const NODES = 30;

/*
 * A webhook is paused, events come before and after the functions are started anew, as by a
 * deployment, and it goes on.
 */

let dataDir: string;
let services: Emulators;
let stage: Stage | undefined;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "paused-"));
  await makeDataFolder(dataDir);
  services = await startEmulators({ dataDir, port: 0, onError: () => undefined });
});
afterAll(async () => {
  await stage?.stop();
  await services.stop();
  await rm(dataDir, { recursive: true });
});

async function startWith(paused: readonly string[]): Promise<Stage> {
  await stage?.stop();
  stage = await startStage({
    name: "local",
    functions: unscheduledWith(SHIPPED_WEBHOOKS.map((webhook) => withShortestWaits(webhook))),
    lazy: true,
    paused,
    dataDir,
    services,
    port: 0,
    queryPort: 0,
    bundleDir,
    onProblem: () => undefined,
  });
  return stage;
}

/** Publishes a connect of each of some nodes. */
async function publishFrom(first: number, { clients, provisioned }: Stage): Promise<void> {
  const event_type = "rmaker.event.node_connected";
  const entries = Array.from({ length: 10 }, (_, index) => ({
    Id: String(index),
    Message: JSON.stringify({ event_type, event_data: { node_id: `node-${first + index}` } }),
  }));
  await clients.sns.send(
    new PublishBatchCommand({
      TopicArn: provisioned.topics.get(event_type),
      PublishBatchRequestEntries: entries,
    }),
  );
}

const online = async ({ apiUrl }: Stage) => {
  const { online: count } = (await (await fetch(`${apiUrl}/v1/node-counts`)).json()) as {
    readonly online: number;
  };
  return count;
};

it("a paused webhook keeps what comes, over a new start, and takes all of it when it goes on", async () => {
  const first = await startWith([NAME]);
  await publishFrom(0, first);
  // The others go on.
  await eventually(
    () => first.totals("hello").Delivered,
    (count) => count === 10,
  );
  const second = await startWith([NAME]);
  expect((await requireRunningStage(dataDir)).outputs.functions[NAME]).toMatchObject({
    paused: true,
  });
  await publishFrom(10, second);
  await eventually(
    () => second.totals("hello").Delivered,
    (count) => count === 10,
  );
  expect([second.totals(NAME).Received, await online(second)]).toEqual([0, 0]);
  const third = await startWith([]);
  await publishFrom(20, third);
  await eventually(
    () => online(third),
    (count) => count === NODES,
  );
  await eventually(
    () => third.totals(NAME),
    ({ Received, Delivered, Failed }) => Received === NODES && Delivered === NODES && Failed === 0,
  );
});
