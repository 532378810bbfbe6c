import type { WorkerBench } from "./bench-types.ts";
import { forwardingBench } from "./forwarding/bench/worker-bench.ts";

/** How the workers of extensions are measured. */
export const WORKER_BENCHES: readonly WorkerBench[] = [forwardingBench];
