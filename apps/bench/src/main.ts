/*
 * Benchmarks of Rainhooks. What is not measured: AWS itself. Rates and times against the embedded services say how much work the
 * code causes, not how fast a Lambda or DynamoDB is; load times are those of this machine's disk and processor.
 */
import { cpus } from "node:os";
import { benchBundles } from "./bundles.ts";
import { benchConcurrency } from "./concurrency.ts";
import { benchDecode } from "./decode.ts";
import { benchHandlers } from "./handlers.ts";
import { benchNodes } from "./nodes.ts";
import { benchStage } from "./stage.ts";
import { benchStatusList } from "./status-list.ts";
import { benchYear } from "./year-of-points.ts";

const BENCHES: Readonly<Record<string, () => Promise<string>>> = {
  decode: benchDecode,
  handlers: benchHandlers,
  bundles: benchBundles,
  stage: benchStage,
  concurrency: benchConcurrency,
  nodes: benchNodes,
  "status-list": benchStatusList,
  year: benchYear,
};

async function run(names: readonly string[]): Promise<void> {
  const unknown = names.find((name) => !Object.hasOwn(BENCHES, name));
  if (unknown !== undefined) {
    console.error(`There is no benchmark ${unknown}. There are: ${Object.keys(BENCHES).join(", ")}.`);
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
