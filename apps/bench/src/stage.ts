import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MAIN_PATH } from "@rainhooks/app-local/testing";
import { formatTable } from "@rainhooks/terminal";
import { gate } from "./gate.ts";

const EVENTS = 5000;

/** Measures the whole stage as `npm start` runs it: how fast 5,000 messages are published and handled, and its memory. */
export async function benchStage(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), "bench-"));
  const args = [...process.execArgv, MAIN_PATH, "--events", String(EVENTS), "--exit", "--data", dataDir];
  const { stdout, status } = spawnSync(process.execPath, args, { encoding: "utf8" });
  await rm(dataDir, { recursive: true, maxRetries: 5, retryDelay: 50 });
  gate(status === 0, "the stage accounts for every message");
  const [, publishS, totalS, memoryMiB] =
    /published in ([\d.]+) s, all handled after ([\d.]+) s; maximum memory of the stage: (\d+) MiB/.exec(
      stdout,
    ) ?? [];
  gate(memoryMiB !== undefined, "the stage prints its times and its memory");
  return [
    `The local stage, ${EVENTS} messages to four webhooks`,
    formatTable(
      ["measure", "value"],
      [
        ["messages published per second", Math.round(EVENTS / Number(publishS))],
        ["messages handled per second", Math.round(EVENTS / Number(totalS))],
        ["maximum memory of all its processes, MiB", Number(memoryMiB)],
      ],
    ),
  ].join("\n");
}
