import { setTimeout as pause } from "node:timers/promises";
import type { EventType } from "@rainhooks/core";
import type { Chance } from "@rainhooks/local-aws";
import type { FleetMessage, PublishedFleetMessage } from "./message.ts";

/** How unreliable the way to SNS is. */
export interface HopOptions {
  readonly chance: Chance;
  /** Messages in all that reach SNS, duplicates and undecodable ones included. */
  readonly events: number;
  /** Share of them that come a second time. */
  readonly duplicates: number;
  /** Share of them that cannot be decoded. */
  readonly undecodable: number;
  /** Most messages a second; `undefined` for as many as go. */
  readonly ratePerS: number | undefined;
  readonly send: (messages: readonly FleetMessage[]) => Promise<readonly PublishedFleetMessage[]>;
}

/** Messages that are held back together, so that they overtake each other. */
const MAX_HELD = 200;
const LATE_SHARE = 0.02;
const MESSAGES_PER_SEND = 100;

/**
 * The way from RainMaker to SNS, as bad as it may be: messages overtake each other, some come a second time, some very
 * late, and some that nobody can read are mixed in.
 */
export class Hop {
  readonly #options: HopOptions;
  readonly #startedMs = performance.now();
  readonly #broken: number;
  readonly #repeated: number;
  readonly #mostHeld: number;
  readonly #held: FleetMessage[] = [];
  readonly #late: FleetMessage[] = [];
  readonly #outgoing: FleetMessage[] = [];
  readonly #published: PublishedFleetMessage[] = [];
  readonly #taken: FleetMessage[] = [];
  #mixedIn = 0;
  #again = 0;
  #sending: Promise<void> | undefined;
  /** Why SNS did not take some messages; they are lost, and so the run has failed. */
  #failure: unknown;

  constructor(options: HopOptions) {
    const { events, duplicates, undecodable, ratePerS } = options;
    this.#options = options;
    this.#broken = Math.round(events * undecodable);
    this.#repeated = Math.round(events * duplicates);
    this.#mostHeld = ratePerS === undefined ? MAX_HELD : Math.min(MAX_HELD, Math.ceil(ratePerS));
  }

  /** How many messages it still takes from RainMaker. */
  get left(): number {
    const wanted = Math.max(0, this.#options.events - this.#broken - this.#repeated);
    return Math.max(0, wanted - this.#taken.length);
  }

  /** Takes a message on its way. */
  take(message: FleetMessage): void {
    const { chance, events, duplicates, undecodable } = this.#options;
    this.#taken.push(message);
    this.#hold(message);
    const share = 1 / Math.max(1 / events, 1 - duplicates - undecodable);
    if (this.#again < this.#repeated && chance.happens(duplicates * share)) this.#repeat();
    if (this.#mixedIn < this.#broken && chance.happens(undecodable * share)) this.#mixIn();
  }

  /** Waits while SNS is behind, or while messages come faster than they may. */
  async keepPace(): Promise<void> {
    this.#throwFailure();
    this.#startSending();
    if (this.#outgoing.length > 2 * MESSAGES_PER_SEND) await this.#sending;
    const { ratePerS } = this.#options;
    if (ratePerS === undefined) return;
    const sent = this.#taken.length + this.#again + this.#mixedIn;
    const aheadMs = (sent / ratePerS) * 1000 - (performance.now() - this.#startedMs);
    if (aheadMs > 0) await pause(aheadMs);
  }

  /** Lets everything through that is still on its way, and answers all that SNS took. */
  async finish(): Promise<readonly PublishedFleetMessage[]> {
    while (this.#mixedIn < this.#broken) this.#mixIn();
    const missing = () => this.#options.events - this.#taken.length - this.#again - this.#mixedIn;
    while (missing() > 0 && this.#taken.length > 0) this.#repeat();
    this.#outgoing.push(...this.#options.chance.shuffle([...this.#held.splice(0), ...this.#late.splice(0)]));
    while (this.#outgoing.length > 0 || this.#sending !== undefined) {
      this.#startSending(1);
      await this.#sending;
    }
    this.#throwFailure();
    return this.#published;
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  #repeat(): void {
    this.#again += 1;
    this.#hold(this.#options.chance.pick(this.#taken));
  }

  #mixIn(): void {
    this.#hold(brokenMessage(this.#mixedIn, this.#options.chance));
    this.#mixedIn += 1;
  }

  #hold(message: FleetMessage): void {
    const { chance } = this.#options;
    if (chance.happens(LATE_SHARE)) {
      this.#late.push(message);
      return;
    }
    this.#held.push(message);
    if (this.#held.length > this.#mostHeld) {
      this.#outgoing.push(...this.#held.splice(chance.int(0, this.#held.length - 1), 1));
    }
  }

  #startSending(least = this.#options.ratePerS === undefined ? MESSAGES_PER_SEND : 1): void {
    if (this.#sending !== undefined || this.#outgoing.length < least) return;
    this.#sending = this.#options
      .send(this.#outgoing.splice(0, MESSAGES_PER_SEND))
      .then((published) => {
        this.#published.push(...published);
      })
      .finally(() => {
        this.#sending = undefined;
      });
    this.#sending.catch((error: unknown) => {
      this.#failure ??= error;
    });
  }
}

const BROKEN_TYPES = [
  "rmaker.event.node_connected",
  "rmaker.event.alert",
  "rmaker.event.node_ts_data",
  "rmaker.event.node_params_changed",
] as const satisfies readonly EventType[];

function brokenMessage(index: number, chance: Chance): FleetMessage {
  const type = chance.pick(BROKEN_TYPES);
  const body = chance.pick([
    `{"EventType":"${type}","EventData":{"NodeId":"cut-${index}`,
    `not JSON at all ${index}`,
    JSON.stringify([`a list ${index}`]),
    JSON.stringify({ event_type: type, timestamp: index, event_data: { which_node: index } }),
    JSON.stringify({ event_type: type, timestamp: index, event_data: "a text" }),
  ]);
  return { type, body, attributes: { event_type: type }, truth: undefined };
}
