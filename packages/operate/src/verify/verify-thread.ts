/* A thread of a verification. */
import { parentPort, workerData } from "node:worker_threads";
import { reachAddress } from "@rainhooks/stage";
import { serveWork, type ThreadRequest } from "../work/work-threads.ts";
import { workParts } from "./store-parts.ts";
import type { ThreadSetup } from "./threads.ts";
import { workIn } from "./verify-store.ts";

const { setup, wanted, folder } = workerData as ThreadRequest<ThreadSetup>;

async function work() {
  const { address, slot, ...place } = setup;
  return workIn(folder, wanted, await workParts({ ...place, reached: reachAddress(address) }, slot));
}

if (parentPort !== null) serveWork(parentPort, work());
