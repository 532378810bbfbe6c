import { type Delivery, decode, SECOND_MS } from "@rainhooks/core";
import { startTables } from "@rainhooks/embedded-dynamodb";
import {
  type AttemptMessage,
  appendToOutbox,
  claimBatch,
  cutLane,
  type Destination,
  deleteBatch,
  destinationOf,
  findBatch,
  isAttempt,
  isCut,
  OutboxTable,
  openBatch,
  outboxTable,
  ownerOf,
  readSettings,
  type WorkerMessage,
} from "@rainhooks/forwarding/outbox";
import { UnitMeter, type Units } from "./unit-meter.ts";

/** What the outbox is measured with. */
export interface OutboxLoad {
  /** Settings of the destination. */
  readonly settings: object;
  /** Events of an invocation of `forward` that the destination gets, and how many invocations there are. */
  readonly perInvocation: number;
  readonly invocations: number;
}

/** What the outbox takes for each event. */
export interface OutboxUnits extends Units {
  readonly requests: number;
  readonly messages: number;
}

/** Returns what the outbox takes for an event: units of the table, requests to the receiver, messages of the queue. */
export async function outboxUnits({
  settings,
  perInvocation,
  invocations,
}: OutboxLoad): Promise<OutboxUnits> {
  const tables = await startTables();
  try {
    await tables.create(outboxTable);
    const client = tables.newClient();
    const meter = new UnitMeter(client, [outboxTable]);
    const world = new OutboxPlay(new OutboxTable({ client, tableName: outboxTable.name }), settings);
    const append = appendToOutbox({
      ...{ client, tableName: outboxTable.name },
      ...{ send: world.send, nowMs: () => world.nowMs, random: () => 0 },
    });
    const { reads, writes } = await meter.measure(async () => {
      for (let index = 0; index < invocations; index += 1)
        await append(world.events(index * perInvocation, perInvocation));
      await world.sendAll();
    });
    const events = perInvocation * invocations;
    return {
      reads: reads / events,
      writes: writes / events,
      requests: world.requests / events,
      messages: world.messages / events,
    };
  } finally {
    await tables.stop();
  }
}

/** A destination whose every request succeeds. */
class OutboxPlay {
  nowMs = Date.UTC(2026, 10, 26);
  requests = 0;
  messages = 0;
  readonly #table: OutboxTable;
  readonly #destination;
  #queue: WorkerMessage[] = [];
  #ids = 0;

  constructor(table: OutboxTable, settings: object) {
    this.#table = table;
    const read = readSettings({ id: "crm", url: "https://crm.example.com", ...settings });
    this.#destination = destinationOf(read, { nowMs: 0 });
  }

  readonly send = async (messages: readonly WorkerMessage[]) => {
    this.messages += messages.length;
    this.#queue.push(...messages);
    return [];
  };

  events(first: number, count: number) {
    return Array.from({ length: count }, (_, index) => readingTo(this.#destination, first + index, 1e6));
  }

  /** Handles messages until there are none: those about a lane as one invocation does, once for all that are there. */
  async sendAll(): Promise<void> {
    for (let rounds = 0; this.#queue.length > 0; rounds += 1) {
      if (rounds > 1000) throw new Error("It does not end.");
      const messages = this.#queue;
      this.#queue = [];
      this.nowMs += 20 * SECOND_MS;
      const lanes = new Set(messages.filter(isCut).map(({ lane }) => lane));
      for (const lane of lanes) await this.#cut(lane);
      for (const message of messages.filter(isAttempt)) await this.#request(message);
    }
  }

  async #cut(lane: string): Promise<void> {
    const request = { destination: this.#destination, lane, addedAtMs: this.nowMs, cutBy: ["m"] };
    const { messages, afterwards } = await cutLane(request, {
      table: this.#table,
      isDelivered: async () => false,
      nowMs: () => this.nowMs,
      newId: () => {
        this.#ids += 1;
        return `batch_${String(this.#ids).padStart(22, "0")}`;
      },
    });
    await this.send(messages);
    await afterwards?.();
  }

  async #request({ batch, attempt }: AttemptMessage): Promise<void> {
    const found =
      batch === undefined ? undefined : await findBatch(this.#table, ownerOf(this.#destination), batch);
    if (found === undefined) return;
    const open = await openBatch(this.#table, found);
    await claimBatch(this.#table, open, attempt, this.nowMs);
    this.requests += 1;
    await deleteBatch(this.#table, open);
    if (this.#destination.inOrder) await this.#cut(found.lane);
  }
}

/** Returns a reading of one of some nodes that a destination gets. */
export function readingTo(destination: Destination, number: number, nodes: number) {
  const delivery = readingOf(number, nodes, Date.UTC(2026, 10, 26) + number);
  const decoded = decode(delivery);
  if (decoded.kind !== "event") throw new Error("It is an event.");
  // As long as the id of an event that can have copies.
  const webhookId = `evt_${String(number).padStart(43, "0")}`;
  const message = { destination: destination.id, webhookId, attempt: 1, sentAtMs: 0, delivery };
  return { destination, event: decoded.event, message, isAgain: false };
}

/** A reading, as RainMaker publishes it. */
function readingOf(number: number, nodes: number, sentAtMs: number): Delivery {
  const node_id = `a85b7f6e0d${String((number * 7919) % nodes).padStart(6, "0")}`;
  const records = [{ t: Math.floor(sentAtMs / SECOND_MS), v: 18 + ((number * 37) % 1000) / 100 }];
  const event_data = { node_id, ts_data: [{ name: "Room.Temperature", dt: "float", records }] };
  const body = JSON.stringify({
    ...{ event_type: "rmaker.event.node_ts_data", event_version: "v1", timestamp: sentAtMs },
    ...{ id: "3f0c2c4e-7e54-4f0e-9d4c-3f9a1d1f5a10", description: "Time series data of a node", event_data },
  });
  const hash = ((number * 2_654_435_761) >>> 0).toString(16).padStart(8, "0");
  const id = `${hash}-d355-534e-9d3f-${hash}${hash.slice(4)}`;
  const attributes = { event_type: "rmaker.event.node_ts_data", node_id };
  return { id, sentAtMs, topic: "esp_rainmaker_sns_node_ts_data", attributes, body };
}
