/*
 * Benchmarks of Rainhooks. AWS itself is not measured: rates and times with the embedded services show how much work the code
 * causes, not how fast Lambda or DynamoDB are. Load times depend on the disk and processor of this machine.
 */
import { cpus } from "node:os";
import { benchBundles } from "./bundles.ts";
import { benchConcurrency } from "./concurrency.ts";
import { benchDecode } from "./decode.ts";
import { benchHandlers } from "./handlers.ts";
import { benchHttpSink } from "./http-sink/http-sink.ts";
import { benchNodes } from "./nodes.ts";
import { benchStage } from "./stage.ts";
import { benchStatusList } from "./status-list.ts";
import { benchNodeUnits } from "./units/node-units.ts";
import { benchYear } from "./year-of-points.ts";

const BENCHES: Readonly<Record<string, () => Promise<string>>> = {
  decode: benchDecode,
  handlers: benchHandlers,
  bundles: benchBundles,
  "http-sink": benchHttpSink,
  stage: benchStage,
  concurrency: benchConcurrency,
  nodes: benchNodes,
  "node-units": benchNodeUnits,
  "status-list": benchStatusList,
  year: benchYear,
};

async function run(names: readonly string[]): Promise<void> {
  const unknown = names.find((name) => !Object.hasOwn(BENCHES, name));
  if (unknown !== undefined) {
    console.error(`Unknown benchmark ${unknown}. Benchmarks: ${Object.keys(BENCHES).join(", ")}.`);
    process.exitCode = 2;
    return;
  }
  const [processor] = cpus();
  console.log(`Node.js ${process.version}, ${cpus().length} × ${processor?.model ?? "unknown processor"}`);
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (names.length === 0 || names.includes(name)) console.log(`\n${await bench()}`);
  }
}

await run(process.argv.slice(2));
