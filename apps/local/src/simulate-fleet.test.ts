import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { SHIPPED_WEBHOOKS } from "@rainhooks/app-list";
import { bundleDir } from "@rainhooks/app-list/bundles";
import { withShortestWaits } from "@rainhooks/local/aws/stage/short-waits";
import { openSource } from "@rainhooks/local/fleet/classic-source";
import { defineWebhook } from "@rainhooks/webhook/define";
import { readOptions } from "./options.ts";
import { simulateFleet } from "./simulate-fleet.ts";
import { findSource } from "./source.ts";
import { startTestStage, unscheduledWith } from "./testing/test-stage.ts";

const NAME = "node-status";
const nodeStatus = SHIPPED_WEBHOOKS.filter(({ name }) => name === NAME);

/** Nobody here reads its queue. */
const elsewhere = defineWebhook({
  name: "elsewhere",
  description: "A function that runs elsewhere.",
  events: ["rmaker.event.node_connected"],
  runtime: "external",
});

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "wrong-"));
  // Takes everything, and writes nothing.
  await writeFile(
    join(folder, "index.mjs"),
    "export const handler = async () => ({ batchItemFailures: [] });\n",
  );
});
afterAll(() => rm(folder, { recursive: true }));

it.each([
  ["writes nothing", true, 1, "Some messages are missing or wrong."],
  ["is the real one", false, 0, "Every message is accounted for."],
])(
  "a start with a node-status that %s, beside a function elsewhere, ends accordingly",
  async (_, isWrong, code, text) => {
    const running = await startTestStage({
      functions: unscheduledWith([
        ...nodeStatus.map((webhook) => withShortestWaits(webhook)),
        elsewhere,
      ]),
      bundleDir: (name) => (isWrong && name === NAME ? folder : bundleDir(name)),
    });
    const lines: string[] = [];
    const { log } = console;
    console.log = (line) => lines.push(line);
    const args = ["--events", "60", "--nodes", "10", "--exit", "--data", running.dataDir];
    const options = readOptions(args, {});
    const rainmaker = await openSource(running.stage, options, () => undefined);
    const start = { source: findSource(options.source), fleets: 0, firstRun: undefined };
    try {
      expect(await simulateFleet(running.stage, rainmaker, options, start)).toBe(code);
      expect(lines.join("\n")).toContain(text);
    } finally {
      console.log = log;
      await rainmaker.stop({ quiet: true });
      await running.stop();
    }
  },
);
