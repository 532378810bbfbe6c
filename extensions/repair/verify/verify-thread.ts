/* A thread of a verification. */
import { parentPort, workerData } from "node:worker_threads";
import { reachAddress } from "@rainhooks/stage/reached";
import { serveWork, type ThreadRequest } from "../work/work-threads.ts";
import { workDependencies } from "./store-dependencies.ts";
import type { ThreadSetup } from "./threads.ts";
import { workIn } from "./verify-store.ts";

const { setup, wanted, folder } = workerData as ThreadRequest<ThreadSetup>;

async function work() {
  const { address, slot, ...place } = setup;
  return workIn(folder, wanted, await workDependencies({ ...place, reached: reachAddress(address) }, slot));
}

if (parentPort !== null) serveWork(parentPort, work());
