import type { BatchCost, BatchEstimate, WorkerBench } from "./bench-types.ts";
import { estimateLambda } from "./capacity/bill/lambda-estimate.ts";
import { forwardingBench } from "./forwarding/bench/worker-bench.ts";

/** What the time of a batch is in Lambda, and its price. */
export const ESTIMATES: readonly ((cost: BatchCost, memoryMiB: number) => BatchEstimate)[] = [estimateLambda];

/** How the workers of extensions are measured. */
export const WORKER_BENCHES: readonly WorkerBench[] = [forwardingBench];
