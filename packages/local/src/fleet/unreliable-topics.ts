import type { EventType } from "@rainhooks/core/catalog";
import type { Chance } from "../aws/chance.ts";
import type { FleetOptions } from "./fleet-options.ts";
import type { FleetMessage, PublishedFleetMessage } from "./message.ts";

/** Options of the unreliable connection to SNS. */
interface UnreliableTopicsOptions
  extends Pick<FleetOptions, "events" | "duplicates" | "undecodable"> {
  readonly chance: Chance;
  readonly send: (messages: readonly FleetMessage[]) => Promise<readonly PublishedFleetMessage[]>;
}

/** Maximum number of messages that are delayed together, so that their order changes. */
const MAX_DELAYED = 200;
const LATE_SHARE = 0.02;
const MESSAGES_PER_SEND = 100;

/**
 * An unreliable connection from RainMaker to SNS: messages change their order, some are published
 * twice or very late, and some undecodable ones are added.
 */
export class UnreliableTopics {
  readonly #options: UnreliableTopicsOptions;
  readonly #broken: number;
  readonly #repeated: number;
  readonly #delayed: FleetMessage[] = [];
  readonly #late: FleetMessage[] = [];
  readonly #outgoing: FleetMessage[] = [];
  readonly #published: PublishedFleetMessage[] = [];
  readonly #taken: FleetMessage[] = [];
  #brokenAdded = 0;
  #repeatsAdded = 0;
  #sending: Promise<void> | undefined;
  /** Why SNS rejected messages; they are lost, so the run has failed. */
  #failure: unknown;

  constructor(options: UnreliableTopicsOptions) {
    const { events, duplicates, undecodable } = options;
    this.#options = options;
    this.#broken = Math.round(events * undecodable);
    this.#repeated = Math.round(events * duplicates);
  }

  /** Returns how many more messages it accepts from RainMaker. */
  get remaining(): number {
    const wanted = Math.max(0, this.#options.events - this.#broken - this.#repeated);
    return Math.max(0, wanted - this.#taken.length);
  }

  /** Accepts a message. */
  take(message: FleetMessage): void {
    const { chance, events, duplicates, undecodable } = this.#options;
    this.#taken.push(message);
    this.#delay(message);
    const share = 1 / Math.max(1 / events, 1 - duplicates - undecodable);
    if (this.#repeatsAdded < this.#repeated && chance.happens(duplicates * share)) this.#repeat();
    if (this.#brokenAdded < this.#broken && chance.happens(undecodable * share)) this.#addBroken();
  }

  /** Waits while SNS is behind. */
  async keepPace(): Promise<void> {
    this.#throwFailure();
    this.#startSending();
    if (this.#outgoing.length > 2 * MESSAGES_PER_SEND) await this.#sending;
  }

  /** Sends all remaining messages, and returns all that SNS accepted. */
  async finish(): Promise<readonly PublishedFleetMessage[]> {
    while (this.#brokenAdded < this.#broken) this.#addBroken();
    const missing = () =>
      this.#options.events - this.#taken.length - this.#repeatsAdded - this.#brokenAdded;
    while (missing() > 0 && this.#taken.length > 0) this.#repeat();
    this.#outgoing.push(
      ...this.#options.chance.shuffle([...this.#delayed.splice(0), ...this.#late.splice(0)]),
    );
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
    this.#repeatsAdded += 1;
    this.#delay(this.#options.chance.pick(this.#taken));
  }

  #addBroken(): void {
    this.#delay(brokenMessage(this.#brokenAdded, this.#options.chance));
    this.#brokenAdded += 1;
  }

  #delay(message: FleetMessage): void {
    const { chance } = this.#options;
    if (chance.happens(LATE_SHARE)) {
      this.#late.push(message);
      return;
    }
    this.#delayed.push(message);
    if (this.#delayed.length > MAX_DELAYED) {
      this.#outgoing.push(...this.#delayed.splice(chance.int(0, this.#delayed.length - 1), 1));
    }
  }

  #startSending(min = MESSAGES_PER_SEND): void {
    if (this.#sending !== undefined || this.#outgoing.length < min) return;
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
