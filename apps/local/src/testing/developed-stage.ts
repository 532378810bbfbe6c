import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleDir } from "@rainhooks/app-list/bundles";
import { withShortestWaits } from "@rainhooks/local/aws/stage/short-waits";
import type { Webhook } from "@rainhooks/webhook/define-function";
import { OutsideCalls } from "../outside-calls.ts";
import { eventLines } from "../watch/event-lines.ts";
import { openWatch } from "../watch/watch.ts";
import { startTestStage, type TestStage, unscheduledWith } from "./test-stage.ts";

/** A stage on which webhooks are being developed, with the lines that the developer sees. */
export interface DevelopedStage extends TestStage {
  readonly lines: readonly string[];
  readonly outsideCalls: OutsideCalls;
}

/**
 * Starts a stage with a webhook whose code is in a folder, and watches the code.
 *
 * @param rootDir Folder of all the code; the app is in the folder with the webhook's name.
 */
export async function startDevelopedStage(
  webhook: Webhook,
  rootDir: string,
): Promise<DevelopedStage> {
  const lines: string[] = [];
  const print = (line: string) => lines.push(line);
  const outDir = await mkdtemp(join(tmpdir(), "watch-"));
  const outsideCalls = new OutsideCalls(print);
  const watch = openWatch({
    webhooks: [webhook],
    sourceDir: (name) => join(rootDir, name, "src"),
    rootDir,
    outDir,
    builtDir: bundleDir,
    print,
  });
  const running = await startTestStage({
    functions: unscheduledWith([withShortestWaits(webhook)]),
    bundleDir: watch.bundleDir,
    onBlocked: (name, destination) => outsideCalls.add(name, destination),
    onBatch: (batch) => lines.push(...eventLines(batch, Date.now(), webhook.name.length)),
  });
  watch.start(running.stage, withShortestWaits);
  return {
    ...running,
    lines,
    outsideCalls,
    stop: async () => {
      await watch.stop();
      await running.stop();
      await rm(outDir, { recursive: true });
    },
  };
}
