/* A thread of a verification: its data is the history. */
import { parentPort, workerData } from "node:worker_threads";
import { serveWork, type ThreadRequest, workIn } from "@rainhooks/operate";
import { type VerifyHistory, workPartsOf } from "../verify/work-parts.ts";

const { setup, wanted, folder } = workerData as ThreadRequest<VerifyHistory>;
if (parentPort !== null) serveWork(parentPort, workIn(folder, wanted, workPartsOf(setup)));
