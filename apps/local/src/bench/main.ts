/*
 * Benchmarks of Rainhooks. What is not measured: AWS itself. Rates against the embedded services say how much work the
 * code causes, not how fast a Lambda is; load times are those of this machine's disk and processor.
 */
import { cpus } from "node:os";
import { benchBundles } from "./bundles.ts";
import { benchDecode } from "./decode.ts";
import { benchHandlers } from "./handlers.ts";
import { benchNodes } from "./nodes.ts";
import { benchStage } from "./stage.ts";

const [processor] = cpus();
console.log(`Node.js ${process.version}, ${cpus().length} × ${processor?.model ?? "unknown processor"}`);
for (const bench of [benchDecode, benchHandlers, benchBundles, benchStage, benchNodes])
  console.log(`\n${await bench()}`);
