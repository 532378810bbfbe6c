import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { TestEnvironment } from "jest-environment-node";
import { SPENT_VARIABLE } from "./jest-times.mjs";

const MAX_TRIES = 20;
const PAUSE_MS = 25;
/** Ticks of the kernel per second, in which `/proc` counts time of processors. */
const TICKS_PER_S = 100;

/**
 * What jest-worker sends to a worker that is not needed any more: `CHILD_MESSAGE_END` of its types.
 */
const END = 2;

/**
 * Time in which jest notices that a worker is not connected any more: otherwise it may ask one that
 * ends for its memory, and print why it cannot.
 */
const NOTICED_MS = 50;

/*
 * A worker ends at once: otherwise Node.js first frees its memory part by part, and what a test has
 * left open would keep it. That is noted below.
 */
if (process.env.JEST_WORKER_ID !== undefined && process.send !== undefined)
  process.on("message", ([kind]) => {
    if (kind !== END) return;
    process.disconnect();
    setTimeout(() => process.exit(), NOTICED_MS);
  });

// Commands show their name as it was typed. Tests expect it as in the package, also when npm runs
// them.
delete process.env.npm_package_name;
delete process.env.npm_config_user_agent;

// The first one that looks at standard input opens it: that is not what a file has left.
process.stdin.unref?.();

/**
 * Notes how much time of processors a test file takes, with that of the processes that it started
 * and that have ended.
 */
export default class MeasuredEnvironment extends TestEnvironment {
  #path;
  #startedMs = processorMs();
  #open = process.getActiveResourcesInfo();

  constructor(config, context) {
    super(config, context);
    this.#path = context.testPath;
  }

  async teardown() {
    await super.teardown();
    const folder = process.env[SPENT_VARIABLE];
    if (folder === undefined) return;
    const spentMs = processorMs() - this.#startedMs;
    const line = JSON.stringify({
      path: this.#path,
      processorMs: spentMs,
      left: await stillOpen(this.#open),
    });
    appendFileSync(join(folder, `${process.pid}.jsonl`), `${line}\n`);
  }
}

/**
 * Returns what a test file has left open, such as a socket: it would keep its worker from ending.
 * What is closing gets some time.
 */
async function stillOpen(before) {
  for (let tries = 0; ; tries += 1) {
    const left = [...before];
    const more = process.getActiveResourcesInfo().filter((name) => {
      const index = left.indexOf(name);
      if (index >= 0) left.splice(index, 1);
      return index < 0;
    });
    if (more.length === 0 || tries === MAX_TRIES) return more;
    await pause(PAUSE_MS);
  }
}

/**
 * Returns the time of processors that this process and its ended children have taken; where there
 * is no `/proc`, of this process alone.
 */
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
