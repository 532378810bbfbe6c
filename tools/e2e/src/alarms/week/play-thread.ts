import { parentPort, workerData } from "node:worker_threads";
import type { Week } from "./lives.ts";
import { playedWeek } from "./played-week.ts";

/** What a thread that plays a week is told. */
export interface ThreadData {
  readonly week: Week;
  readonly seed: number;
}

const { week, seed }: ThreadData = workerData;
parentPort?.postMessage(await playedWeek(week, seed, (text) => process.stderr.write(text)));
