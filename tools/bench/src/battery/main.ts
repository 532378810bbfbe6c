/*
 * The proof that nothing is lost or wrong under disorder, duplicates, faults and kills:
 * npm run battery -- [--full] [--events 2000] [--nodes 50] [--seed 1] [--kills 3] [--faults 0.05]
 *   [--data <folder>] [--firehose] [--rebuild] [--load 0.5] [--replay] [--guards] [--guard <name>]
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import { claimFolder } from "@rainhooks/local/aws/stage/hold-data";
import { writeProof } from "./proof.ts";
import { batteryReport, problemsOf } from "./report.ts";
import { type BatteryOptions, runBattery } from "./run.ts";
import { runWithoutGuards } from "./without-guards.ts";

const ROOT = resolve(import.meta.dirname, "../../../..");
const INTERRUPTED = 130;

const SMALL = {
  ...{ events: "1500", nodes: "60", kills: "4" },
  ...{ timeoutS: 6, ruleChanges: 0, firstChangeMs: 12 * SECOND_MS },
};
const FULL = {
  ...{ events: "1000000", nodes: "10000", kills: "100" },
  ...{ timeoutS: 30, ruleChanges: 3, firstChangeMs: 120 * SECOND_MS },
};

const [text, flag] = [{ type: "string" }, { type: "boolean", default: false }] as const;
const FLAGS = {
  ...{ full: flag, firehose: flag, rebuild: flag, replay: flag, guards: flag, guard: text, data: text },
  ...{ events: text, nodes: text, seed: text, kills: text, faults: text, load: text },
} as const;

function readFlags() {
  try {
    return parseArgs({ options: FLAGS }).values;
  } catch (error) {
    // One line for a flag that does not exist or has no value.
    console.error(error instanceof Error ? error.message.split("\n")[0] : error);
    process.exit(2);
  }
}

const values = readFlags();

function numberOf(name: string, given: string): number {
  const value = Number(given);
  const isRight = name === "load" ? value > 0 && value <= 1 : Number.isFinite(value) && value >= 0;
  const rule = name === "load" ? "greater than 0 and at most 1" : "a number";
  if (isRight) return value;
  throw new RainhooksError("input-invalid", `--${name} must be ${rule}, not ${given}.`);
}

const ending = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => ending.abort());

async function main(): Promise<number> {
  if (values.guards || values.guard !== undefined) return runWithoutGuards(values.guard, ending.signal);
  const kept = values.data ?? (values.full ? join(ROOT, ".rainhooks-battery") : undefined);
  const dataDir = kept === undefined ? await mkdtemp(join(tmpdir(), "battery-")) : resolve(kept);
  await claimFolder(dataDir);
  try {
    return await runOne(optionsOf(dataDir));
  } finally {
    if (kept === undefined) await rm(dataDir, { recursive: true, force: true });
  }
}

function optionsOf(dataDir: string): BatteryOptions {
  const { timeoutS, ruleChanges, firstChangeMs, ...usual } = values.full ? FULL : SMALL;
  const { seed = "1", faults = "0.05", events, nodes, kills } = values;
  return {
    seed: numberOf("seed", seed),
    events: numberOf("events", events ?? usual.events),
    nodes: numberOf("nodes", nodes ?? usual.nodes),
    kills: numberOf("kills", kills ?? usual.kills),
    faults: numberOf("faults", faults),
    ...{ timeoutS, ruleChanges, firstChangeMs, dataDir, signal: ending.signal },
    ...{ firehose: values.firehose, rebuild: values.rebuild, replay: values.replay },
    load: values.load === undefined ? undefined : numberOf("load", values.load),
    print: (line) => console.error(line),
  };
}

async function runOne(options: BatteryOptions): Promise<number> {
  const result = await runBattery(options);
  if (result === undefined) {
    console.error(`Interrupted. With --data ${options.dataDir} it goes on.`);
    return INTERRUPTED;
  }
  const report = batteryReport(options, result);
  console.log(report);
  if (values.full) await writeProof(options.load === undefined ? "battery" : "load", report);
  return problemsOf(result).length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof RainhooksError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
