import { FIRST_POLLERS, MAX_IN_FLIGHT, MORE_POLLERS_PER_S } from "../limits.ts";

/** A service that the function writes to. */
export interface Service {
  readonly name: string;
  /** Events per second that it takes; the rest is throttled. */
  readonly eventsPerS: number;
}

/** A queue, its function, and what the function writes to. */
export interface QueueModel {
  /** Events per second that arrive at a time, in seconds since the start. */
  readonly arrivingPerS: (atS: number) => number;
  /** Time after which nothing more arrives, seconds. */
  readonly endsAtS: number;
  readonly maxConcurrency: number;
  /** Maximum records of an invocation. */
  readonly batchSize: number;
  /** Milliseconds of an invocation with a number of records. */
  readonly invocationMs: (records: number) => number;
  readonly services: readonly Service[];
  /** Seconds until a throttled record is received again. */
  readonly throttledWaitS: number;
}

/** What became of a queue. */
export interface QueueResult {
  readonly events: number;
  /** Highest number of events that were not yet written. */
  readonly maxBacklog: number;
  /** Seconds until all events were written; `undefined` if that took longer than a day. */
  readonly drainedAfterS: number | undefined;
  /** Highest time that an event waited, seconds, if they are written in their order. */
  readonly maxAgeS: number;
  /** Records that were throttled, each time counted. */
  readonly throttled: number;
  /**
   * What most often kept events waiting: `concurrency`, `pollers`, or the name of a service; `nothing` if it
   * was never for long.
   */
  readonly boundBy: string;
}

/** The part of the busiest hours that is simulated. */
export const EVENING_S = 600;
const STEP_S = 0.25;
const DAY_S = 86_400;
/** Events are counted in fractions: less than this is none. */
const WHOLE = 0.5;
/** Backlog in seconds of arrivals below which nothing binds: a batch is on its way. */
const NORMAL_AGE_S = 5;

/**
 * Plays a queue with its function and the services behind it, a quarter of a second at a time. The mapping
 * starts with five concurrent batches and adds five a second, up to the maximum concurrency. What a service
 * does not take is throttled, and comes back after a wait.
 */
export function simulateQueue(model: QueueModel): QueueResult {
  const state = new QueueState(model);
  let atS = 0;
  while (atS < model.endsAtS || (state.backlog > WHOLE && atS < DAY_S)) {
    state.step(atS);
    atS += STEP_S;
  }
  return state.result(atS);
}

class QueueState {
  readonly #model: QueueModel;
  /** Total arrivals up to each step: the time at which the n-th event arrived. */
  readonly #arrivedAt: number[] = [];
  readonly #binding = new Map<string, number>();
  /** Throttled events, with the time at which they come back. */
  #hidden: { readonly atS: number; readonly events: number }[] = [];
  #arrived = 0;
  #written = 0;
  #throttled = 0;
  #visible = 0;
  #maxBacklog = 0;
  #maxAgeS = 0;
  #busySinceS: number | undefined;
  /** Step in which the first event that is not yet written arrived. */
  #firstWaiting = 0;

  constructor(model: QueueModel) {
    this.#model = model;
  }

  get backlog(): number {
    return this.#arrived - this.#written;
  }

  step(atS: number): void {
    const { arrivingPerS, endsAtS, services, throttledWaitS } = this.#model;
    const arriving = arrivingPerS(atS) * Math.min(STEP_S, Math.max(0, endsAtS - atS));
    this.#arrived += arriving;
    this.#arrivedAt.push(this.#arrived);
    this.#visible += arriving + this.#returning(atS);
    const limits = this.#pollLimits(atS);
    const received = Math.min(this.#visible, ...limits.map(({ events }) => events));
    const written = Math.min(received, ...services.map(({ eventsPerS }) => eventsPerS * STEP_S));
    this.#visible -= received;
    this.#written += written;
    if (received > written) {
      this.#throttled += received - written;
      this.#hidden.push({ atS: atS + throttledWaitS, events: received - written });
    }
    this.#note(atS, limits);
  }

  #returning(atS: number): number {
    const due = this.#hidden.filter((one) => one.atS <= atS);
    this.#hidden = this.#hidden.filter((one) => one.atS > atS);
    return due.reduce((sum, { events }) => sum + events, 0);
  }

  /** How many events the mapping can receive in a step, and what limits it. */
  #pollLimits(atS: number): { readonly name: string; readonly events: number }[] {
    const { maxConcurrency, batchSize, invocationMs } = this.#model;
    if (this.#visible < 1) this.#busySinceS = undefined;
    else this.#busySinceS ??= atS;
    const busyS = atS - (this.#busySinceS ?? atS);
    const pollers = FIRST_POLLERS + MORE_POLLERS_PER_S * busyS;
    const perInvocation = (batchSize * 1000) / invocationMs(batchSize);
    const inFlight = this.#hidden.reduce((sum, { events }) => sum + events, 0);
    return [
      { name: "concurrency", events: maxConcurrency * perInvocation * STEP_S },
      { name: "pollers", events: pollers * perInvocation * STEP_S },
      { name: "in flight", events: Math.max(0, MAX_IN_FLIGHT - inFlight) },
    ];
  }

  #note(atS: number, limits: readonly { readonly name: string; readonly events: number }[]): void {
    this.#maxBacklog = Math.max(this.#maxBacklog, this.backlog);
    while ((this.#arrivedAt[this.#firstWaiting] ?? Number.POSITIVE_INFINITY) <= this.#written + WHOLE)
      this.#firstWaiting += 1;
    const ageS = this.backlog <= WHOLE ? 0 : atS - this.#firstWaiting * STEP_S;
    this.#maxAgeS = Math.max(this.#maxAgeS, ageS);
    if (ageS < NORMAL_AGE_S) return;
    const [slowest] = this.#model.services.toSorted((a, b) => a.eventsPerS - b.eventsPerS);
    const [lowest] = limits.toSorted((a, b) => a.events - b.events);
    const first = this.#hidden.length > 0 ? slowest : lowest;
    if (first !== undefined) this.#binding.set(first.name, (this.#binding.get(first.name) ?? 0) + 1);
  }

  result(atS: number): QueueResult {
    const [most] = [...this.#binding].toSorted(([, a], [, b]) => b - a);
    return {
      events: this.#arrived,
      maxBacklog: this.#maxBacklog,
      drainedAfterS: this.backlog > WHOLE ? undefined : atS,
      maxAgeS: this.#maxAgeS,
      throttled: this.#throttled,
      boundBy: most?.[0] ?? "nothing",
    };
  }
}
