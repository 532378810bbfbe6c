/*
 * A verification of node status in a process of its own, with a thread per processor as the command has them. The arguments are the
 * endpoint of the archive, and the numbers of nodes and deliveries.
 */
import { availableParallelism } from "node:os";
import { hourOf } from "@rainhooks/archive";
import { outcomeOf, verifyStore, workThreads } from "@rainhooks/operate";
import { deliveryAt, START_MS } from "../verify/history.ts";
import { type VerifyHistory, workPartsOf } from "../verify/work-parts.ts";
import { serveParent } from "./parent.ts";
import { usage } from "./usage.ts";

const [endpoint = "", nodeCount = "", deliveryCount = ""] = process.argv.slice(2);
const [nodes, deliveries] = [Number(nodeCount), Number(deliveryCount)];
const endMs = deliveryAt(deliveries - 1, nodes).sentAtMs + 1;
const THREAD = new URL("./verify-thread.js", import.meta.url);

async function verify(isChanged: boolean) {
  const history: VerifyHistory = { endpoint, nodes, deliveries, isChanged };
  const report = await verifyStore(
    { toMs: endMs },
    {
      ...workPartsOf(history),
      hoursWhenArchived: async () => ({ first: hourOf(START_MS), last: hourOf(endMs), late: [] }),
      nowMs: () => endMs,
      startWorks: workThreads(availableParallelism(), THREAD, history),
    },
  );
  const { nodes: compared, differentNodes, facts, deliveries: read } = report;
  return { outcome: outcomeOf(report, false), compared, differentNodes, facts, read: read.read };
}

serveParent({}, async (content) => {
  const startedMs = performance.now();
  const result = await verify(content === "changed");
  return { ...result, ms: performance.now() - startedMs, peakMiB: usage().peakMiB };
});
