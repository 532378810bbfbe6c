/* A thread of a verification. It reaches the stage as the command does. */
import { parentPort, workerData } from "node:worker_threads";
import { serveWork, type ThreadRequest, workIn } from "@rainhooks/operate";
import { reachStage } from "../reach/stage.ts";
import type { ThreadSetup } from "./threads.ts";
import { workParts } from "./work-parts.ts";

const { setup, wanted, folder } = workerData as ThreadRequest<ThreadSetup>;

async function work() {
  const reached = await reachStage(setup.options);
  return workIn(folder, wanted, await workParts(reached, setup.store, setup.slot));
}

if (parentPort !== null) serveWork(parentPort, work());
