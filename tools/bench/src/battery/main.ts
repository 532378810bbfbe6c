/*
 * The proof that nothing is lost or wrong under disorder, duplicates, faults and kills:
 * npm run battery -- [--full] [--events 2000] [--nodes 50] [--seed 1] [--kills 3] [--faults 0.05]
 *   [--data <folder>] [--rebuild] [--load 0.5]
 */
import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import { numberField } from "@rainhooks/core/fields";
import { makeDataFolder } from "@rainhooks/local/aws/stage/hold-data";
import { readFlags } from "@rainhooks/stage/commands/read-flags";
import { UsageMistake } from "@rainhooks/stage/commands/usage.mjs";
import {
  flag,
  optional,
  optionalNumber,
  optionalText,
  withDefault,
} from "@rainhooks/stage/query/params/kinds";
import { batteryReport, problemsOf } from "./report.ts";
import { type BatteryOptions, runBattery } from "./run.ts";

const INTERRUPTED = 130;

const SMALL = {
  events: 1500,
  nodes: 60,
  kills: 4,
  timeoutS: 6,
  ruleChanges: 0,
  firstChangeMs: 12 * SECOND_MS,
};
const FULL = {
  events: 1_000_000,
  nodes: 10_000,
  kills: 100,
  timeoutS: 30,
  ruleChanges: 3,
  firstChangeMs: 120 * SECOND_MS,
};

const count = (description: string) =>
  optionalNumber({ description, placeholder: "count" }, { min: 0, max: 1_000_000_000 });
const share = (description: string) => ({ description, placeholder: "share" });
const FLAGS = {
  full: flag({ description: "with as much as for the proof" }),
  rebuild: flag({ description: "with a rebuild" }),
  data: optionalText({ description: "folder that is kept", placeholder: "text", maxLength: 4096 }),
  events: count("messages"),
  nodes: count("nodes"),
  kills: count("processes that are killed"),
  seed: withDefault(
    numberField(0, Number.MAX_VALUE, "a number from 0"),
    { description: "seed", placeholder: "number" },
    1,
  ),
  faults: withDefault(numberField(0, 1), share("share of calls that fail"), 0.05),
  load: optional(
    numberField(Number.MIN_VALUE, 1, "a number above 0, up to 1"),
    share("with rebuilds while events come, at this share of the rate before"),
  ),
};

function flagsOrExit() {
  try {
    return readFlags(FLAGS, process.argv.slice(2)).values;
  } catch (error) {
    if (!(error instanceof UsageMistake)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}

const values = flagsOrExit();

const ending = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => ending.abort());

async function main(): Promise<number> {
  const { data } = values;
  const dataDir = data === undefined ? await mkdtemp(join(tmpdir(), "battery-")) : resolve(data);
  if (existsSync(dataDir) && readdirSync(dataDir).length > 0)
    throw new RainhooksError("input-invalid", `${dataDir} is not empty. Use another --data.`);
  await makeDataFolder(dataDir);
  try {
    return await runOne(optionsOf(dataDir));
  } finally {
    if (data === undefined) await rm(dataDir, { recursive: true, force: true });
  }
}

function optionsOf(dataDir: string): BatteryOptions {
  const usual = values.full ? FULL : SMALL;
  const { seed, faults, load, rebuild } = values;
  const { events = usual.events, nodes = usual.nodes, kills = usual.kills } = values;
  return {
    ...usual,
    events,
    nodes,
    kills,
    dataDir,
    signal: ending.signal,
    seed,
    faults,
    load,
    rebuild,
    print: (line) => console.error(line),
  };
}

async function runOne(options: BatteryOptions): Promise<number> {
  const result = await runBattery(options);
  if (result === undefined) {
    console.error("Interrupted.");
    return INTERRUPTED;
  }
  console.log(batteryReport(options, result));
  return problemsOf(result).length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof RainhooksError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
