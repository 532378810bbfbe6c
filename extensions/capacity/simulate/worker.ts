import type { EventType } from "@rainhooks/core/catalog";
import type { FunctionOf } from "@rainhooks/webhook/define-function";
import { invocationMs } from "@rainhooks/webhook/invocation-ms";
import type { Load } from "@rainhooks/webhook/load";
import { eveningRates, type Rates, STORM_S, stormRates, totalOf } from "../fleet.ts";
import { eventsPerS, SPARE } from "../plan.ts";
import { EVENING_S, type QueueResult, simulateQueue } from "./queue.ts";

/** A worker in the busiest hours of a day, and in a storm. */
export interface SimulatedWorker {
  /** Messages per second in the busiest hours. */
  readonly eveningPerS: number;
  /** Concurrent invocations that these hours need. */
  readonly neededConcurrency: number;
  readonly evening: QueueResult;
  /** `undefined` if none of the events is a connect or disconnect. */
  readonly storm: QueueResult | undefined;
}

/** Simulates a worker that gets a message for each event, with the concurrency of its definition. */
export function simulateWorker(
  worker: FunctionOf<"queue"> & { readonly load: Load },
  events: readonly EventType[],
  nodes: number,
): SimulatedWorker {
  const { batch, load, queue } = worker;
  const play = (rates: Rates, endsAtS: number) =>
    simulateQueue({
      arrivingPerS: () => totalOf(rates),
      endsAtS,
      maxConcurrency: batch.maxConcurrency,
      batchSize: batch.size,
      invocationMs: (records) => invocationMs(load, records, worker.function.memoryMiB),
      services: [],
      throttledWaitS: queue.retryFirstWaitS,
    });
  const evening = eveningRates(events, nodes);
  const storm = stormRates(events, nodes);
  return {
    eveningPerS: totalOf(evening),
    neededConcurrency: Math.ceil((totalOf(evening) * SPARE) / eventsPerS(worker)),
    evening: play(evening, EVENING_S),
    storm: storm.size === 0 ? undefined : play(storm, STORM_S),
  };
}
