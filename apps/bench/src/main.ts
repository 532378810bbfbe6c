/*
 * Benchmarks of Rainhooks. AWS itself is not measured: rates and times with the embedded services show how much work the code
 * causes, not how fast Lambda or DynamoDB are. Load times depend on the disk and processor of this machine.
 */
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { RainhooksError } from "@rainhooks/core";
import { benchBundles } from "./bundles.ts";
import { benchConcurrency } from "./concurrency.ts";
import { benchConsole } from "./console/console.ts";
import { benchDecode } from "./decode.ts";
import { benchForward } from "./forward/handlers.ts";
import { benchForwardIsolation } from "./forward/isolation.ts";
import { benchMissed } from "./forward/missed.ts";
import { benchForwardOutage } from "./forward/outage.ts";
import { benchForwardWaits } from "./forward/waits.ts";
import { benchHandlers } from "./handlers.ts";
import { benchHttpSink } from "./http-sink/http-sink.ts";
import { benchMemory } from "./memory/memory.ts";
import { benchNodes } from "./nodes.ts";
import { benchRebuild } from "./rebuild/rebuild.ts";
import { benchReconnect } from "./reconnect/reconnect.ts";
import { benchReplayLatency } from "./replay/latency.ts";
import { benchReplay } from "./replay/replay.ts";
import { benchReplayTables } from "./replay/tables.ts";
import { benchReport } from "./report/report.ts";
import { benchSimulation } from "./simulate/real-run.ts";
import { benchStage } from "./stage.ts";
import { benchStatusList } from "./status-list.ts";
import { benchThrottles } from "./throttles/throttles.ts";
import { benchNodeUnits } from "./units/node-units.ts";
import { benchVerify } from "./verify/verify.ts";
import { benchAsSeen } from "./watch/as-seen.ts";
import { benchBackTest } from "./watch/back-test.ts";
import { benchWatch } from "./watch/watch.ts";
import { benchYear } from "./year-of-points.ts";

/** Sizes of the benchmarks that can be larger than is reasonable for a run of all. */
interface Sizes {
  readonly nodes: number;
  readonly minutes: number;
  readonly deliveries: number;
  readonly events: number;
  /** Of the report: whether it is only tried, whether all tests are run, too, and whether only what has limits is measured. */
  readonly quick: boolean;
  readonly tests: boolean;
  readonly check: boolean;
}

const BENCHES: Readonly<Record<string, (sizes: Sizes) => Promise<string>>> = {
  decode: benchDecode,
  handlers: benchHandlers,
  bundles: benchBundles,
  "http-sink": benchHttpSink,
  forward: benchForward,
  "forward-isolation": benchForwardIsolation,
  "forward-missed": benchMissed,
  "forward-outage": benchForwardOutage,
  "forward-waits": benchForwardWaits,
  stage: benchStage,
  concurrency: benchConcurrency,
  nodes: benchNodes,
  "node-units": benchNodeUnits,
  "status-list": benchStatusList,
  year: benchYear,
  rivals: benchReport,
  reconnect: benchReconnect,
  throttles: benchThrottles,
  memory: benchMemory,
  simulation: benchSimulation,
  replay: benchReplay,
  "replay-tables": benchReplayTables,
  "replay-latency": benchReplayLatency,
  verify: benchVerify,
  watch: benchWatch,
  "back-test": benchBackTest,
  "as-seen": benchAsSeen,
  rebuild: benchRebuild,
  console: benchConsole,
};

/** @throws {TypeError} for flags that do not exist, and values that are not positive numbers. */
function readFlags(): { readonly names: readonly string[]; readonly sizes: Sizes } {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      nodes: { type: "string", default: "100000" },
      minutes: { type: "string", default: "2" },
      deliveries: { type: "string", default: "1000000" },
      events: { type: "string", default: "2000" },
      quick: { type: "boolean", default: false },
      tests: { type: "boolean", default: false },
      check: { type: "boolean", default: false },
    },
  });
  const whole = (name: "nodes" | "deliveries" | "events"): number => {
    const value = Number(values[name]);
    if (Number.isInteger(value) && value > 0) return value;
    throw new TypeError(`--${name} ${values[name]} is not a number of ${name}.`);
  };
  const [nodes, deliveries, events] = [whole("nodes"), whole("deliveries"), whole("events")];
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) throw new TypeError(`--minutes ${values.minutes} is not a number of minutes.`);
  const { quick, tests, check } = values;
  return { names: positionals, sizes: { nodes, minutes, deliveries, events, quick, tests, check } };
}

/** @throws {TypeError} for a benchmark that does not exist. */
function readArguments(): ReturnType<typeof readFlags> {
  const { names, sizes } = readFlags();
  const unknown = names.find((name) => !Object.hasOwn(BENCHES, name));
  if (unknown === undefined) return { names, sizes };
  throw new TypeError(`Unknown benchmark ${unknown}. Benchmarks: ${Object.keys(BENCHES).join(", ")}.`);
}

async function run({ names, sizes }: ReturnType<typeof readFlags>): Promise<void> {
  const [processor] = cpus();
  console.log(`Node.js ${process.version}, ${cpus().length} × ${processor?.model ?? "unknown processor"}`);
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (names.length === 0 || names.includes(name)) console.log(`\n${await bench(sizes)}`);
  }
}

let chosen: ReturnType<typeof readFlags> | undefined;
try {
  chosen = readArguments();
} catch (error) {
  if (!(error instanceof TypeError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
try {
  if (chosen !== undefined) await run(chosen);
} catch (error) {
  if (!(error instanceof RainhooksError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
