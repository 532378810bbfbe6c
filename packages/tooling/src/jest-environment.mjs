import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { TestEnvironment } from "jest-environment-node";
import { SPENT_VARIABLE } from "./jest-times.mjs";

/** Where helpers of tests note what they have started: packages/testing/src/at-end.ts. */
const STOPS = Symbol.for("rainhooks.stopsAtEnd");
/** Ticks of the kernel per second, in which `/proc` counts time of processors. */
const TICKS_PER_S = 100;

/** Notes how much time of processors a test file takes, with that of the processes that it started and that have ended. */
export default class MeasuredEnvironment extends TestEnvironment {
  #path;
  #startedMs = processorMs();

  constructor(config, context) {
    super(config, context);
    this.#path = context.testPath;
  }

  async teardown() {
    for (const stop of this.global[STOPS] ?? []) await stop();
    await super.teardown();
    const folder = process.env[SPENT_VARIABLE];
    if (folder === undefined) return;
    const line = JSON.stringify({ path: this.#path, processorMs: processorMs() - this.#startedMs });
    appendFileSync(join(folder, `${process.pid}.jsonl`), `${line}\n`);
  }
}

/** Returns the time of processors that this process and its ended children have taken; where there is no `/proc`, of this process alone. */
function processorMs() {
  if (process.platform !== "linux") {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  }
  const stat = readFileSync("/proc/self/stat", "utf8");
  // After the name in parentheses: utime, stime, cutime and cstime are the fields 14 to 17.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * (1000 / TICKS_PER_S);
}
