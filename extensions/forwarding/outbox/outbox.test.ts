import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import { HOUR_MS, SECOND_MS } from "@rainhooks/core/durations";
import type { TableAccess } from "@rainhooks/dynamodb/read-all";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { deliveryOf } from "@rainhooks/testing/samples";
import type { Destination } from "../destinations/destination.ts";
import { destinationOf } from "../destinations/destination-item.ts";
import { readSettings } from "../destinations/read-settings.ts";
import { outboxTable } from "../forwarding-tables.ts";
import {
  type BatchMessage,
  type EventMessage,
  isAttempt,
  type WorkerMessage,
} from "../messages/attempt-message.ts";
import { type AppendedEvent, appendToOutbox } from "./append.ts";
import { storeBatchEvents } from "./batch-events.ts";
import {
  CLAIM_MS,
  changeBatch,
  claimBatch,
  deleteBatch,
  forgetBatch,
  noteFailed,
  type OpenBatch,
  openBatch,
} from "./batches.ts";
import { type CutResult, cutLane } from "./cut.ts";
import { keyOf } from "./entry.ts";
import { ALLOWED_LATENESS_MS, type LaneMessage } from "./lane.ts";
import { Lane } from "./store.ts";

const START_MS = 1_700_000_000_000;

let tables: TestTables;
let table: TableAccess;
let nowMs = START_MS;
let runs = 0;
let ids = 0;
let destination: Destination;
let sent: WorkerMessage[];
let delivered: Set<string>;
/** The lane that the next append of many events takes, from 0 to 1. */
let random = 0;
beforeAll(async () => {
  tables = await startTables();
  await tables.create(outboxTable);
  table = { client: tables.client, tableName: outboxTable.name };
});
afterAll(() => tables.stop());
beforeEach(() => {
  runs += 1;
  sent = [];
  delivered = new Set();
  random = 0;
  nowMs += 3600 * SECOND_MS;
  destination = destinationNamed({ batchEvents: 3, batchWaitS: 10 });
});

function destinationNamed(settings: object): Destination {
  return destinationOf(
    readSettings({ id: `d${runs}`, url: "https://crm.example.com", ...settings }),
    {
      nowMs: 0,
    },
  );
}

function append(events: readonly AppendedEvent[]) {
  const send = async (messages: readonly WorkerMessage[]) => {
    sent.push(...messages);
    return [];
  };
  return appendToOutbox({ table, send, nowMs: () => nowMs, random: () => random })(events);
}

/** An event of a node that is put into the outbox; events with the same name are the same event. */
function eventNamed(
  name: string,
  { node = "n1", atMs = nowMs, isAgain = false } = {},
): AppendedEvent {
  const body = {
    event_type: "rmaker.event.alert",
    timestamp: atMs,
    event_data: { node_id: node, user_id: "u", message_body: name },
  };
  const delivery = { ...deliveryOf(body, { id: name }), sentAtMs: atMs };
  const decoded = decode(delivery);
  if (decoded.kind !== "event") throw new Error("It is an event.");
  const message: EventMessage = {
    destination: destination.id,
    webhookId: `evt_${name}`,
    attempt: 1,
    delivery,
  };
  return { destination, event: decoded.event, message, isAgain };
}

const cut = (lane: string, cutBy = "m1", addedAtMs = nowMs) => cutIn(table, lane, cutBy, addedAtMs);

const cutIn = (outbox: TableAccess, lane: string, cutBy: string, addedAtMs = nowMs) =>
  cutLane(
    { destination, lane, addedAtMs, cutBy: [cutBy] },
    {
      table: outbox,
      isDelivered: async (webhookId) => delivered.has(webhookId),
      nowMs: () => nowMs,
      newId: () => {
        ids += 1;
        return `batch_${ids}`;
      },
    },
  );

async function opened(message: WorkerMessage | undefined, from = table): Promise<OpenBatch> {
  const { lane, id } = (message as BatchMessage).batch;
  const open = await openBatch(new Lane(from, destination, lane), id);
  if (open === undefined) throw new Error("It is there.");
  return open;
}

const namesIn = async (message: WorkerMessage | undefined) =>
  (await opened(message)).events.map(({ delivery }) => delivery.id);

const lanesIn = (messages: readonly WorkerMessage[]) =>
  messages.filter((one): one is LaneMessage => !isAttempt(one)).map(({ lane }) => lane);

const LANE = "all:0";
const laneOf = () => new Lane(table, destination, LANE);

/** The outbox with a client that does something before each call. */
function outboxWith(before: (call: Call) => Promise<void>): TableAccess {
  const client = tables.newClient();
  client.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        await before({ commandName, input: args.input });
        return next(args);
      },
    { step: "initialize" },
  );
  return { ...table, client };
}

interface Call {
  readonly commandName: string;
  readonly input: object;
}

describe("the outbox", () => {
  it("the outbox says when to look: at once for a full batch, otherwise when its first event has waited long enough", async () => {
    await append([eventNamed("a")]);
    await append(["b", "c", "d"].map((name) => eventNamed(name)));
    expect(sent).toEqual([
      expect.objectContaining({
        kind: "cut",
        lane: LANE,
        addedAtMs: nowMs,
        dueAtMs: nowMs + 10_000,
      }),
      expect.objectContaining({ dueAtMs: nowMs }),
    ]);
  });

  it("the outbox looks again if it was too early, but not if the remaining events have a message of their own", async () => {
    await append([eventNamed("a")]);
    const { messages } = await cut(LANE);
    expect(messages).toEqual([expect.objectContaining({ kind: "cut", dueAtMs: nowMs + 10_000 })]);
    expect((await cut(LANE, "m2", nowMs - 1)).messages).toEqual([]);
  });

  it("a lane of the outbox is divided by one of the functions that try at the same time", async () => {
    for (const name of ["a", "b", "c", "d", "e", "f"]) await append([eventNamed(name)]);
    nowMs += 10_000;
    const results = await Promise.all([cut(LANE, "m1"), cut(LANE, "m2"), cut(LANE, "m3")]);
    const messages = results.flatMap((one) => one.messages).filter(isAttempt);
    const names = await Promise.all(messages.map(namesIn));
    expect(names.flat().sort()).toEqual(["a", "b", "c", "d", "e", "f"]);
    for (const { afterwards } of results) await afterwards?.();
    expect((await cut(LANE, "m4")).messages).toEqual([]);
  });

  it("the outbox resumes an interrupted cut: the same message at once, others after two minutes", async () => {
    await append(["a", "b", "c"].map((name) => eventNamed(name)));
    const { messages: lost } = await cut(LANE, "m1");
    expect((await cut(LANE, "m2")).messages).toEqual([expect.objectContaining({ kind: "cut" })]);
    const { messages: again, afterwards } = await cut(LANE, "m1");
    expect(again.filter(isAttempt)).toEqual(lost);
    nowMs += 121_000;
    expect((await cut(LANE, "m2")).messages.filter(isAttempt)).toEqual([
      expect.objectContaining({ batch: (lost[0] as BatchMessage).batch }),
    ]);
    await afterwards?.();
    expect((await cut(LANE, "m3")).messages).toEqual([]);
  });

  it("the outbox puts many events into several lanes, and finds a repeated event there while it waits", async () => {
    random = 0.5;
    const many = Array.from({ length: 50 }, (_, index) => eventNamed(`e${index}`));
    await append(many);
    const [lane = ""] = lanesIn(sent);
    expect(lane).toBe("all:4");
    await append([eventNamed("e7", { isAgain: true })]);
    nowMs += 10_000;
    // It may have come again because nobody was told of that lane.
    expect((await cut(LANE)).messages).toEqual([
      expect.objectContaining({ kind: "cut", lane: "all:4", dueAtMs: nowMs }),
    ]);
    expect(await laneOf().read({ from: "e#", to: "e$", attributes: ["item"] })).toEqual([]);
  });

  it("the outbox recognizes an event that is repeated after it was sent", async () => {
    await append([eventNamed("a"), eventNamed("b")]);
    nowMs += 10_000;
    const { messages, afterwards } = await cut(LANE);
    await afterwards?.();
    await deleteBatch(await opened(messages[0]));
    await append([eventNamed("a", { atMs: nowMs - 10_000, isAgain: true }), eventNamed("c")]);
    nowMs += 10_000;
    const [next] = (await cut(LANE, "m2")).messages;
    expect(await namesIn(next)).toEqual(["c"]);
  });

  it("the outbox keeps one of two copies of a repeated event", async () => {
    await append([eventNamed("a", { isAgain: true })]);
    nowMs += 1;
    await append([eventNamed("a", { atMs: nowMs - 1, isAgain: true })]);
    nowMs += 10_000;
    const { messages } = await cut(LANE);
    expect(await Promise.all(messages.filter(isAttempt).map(namesIn))).toEqual([["a"]]);
  });

  it("the outbox does not send to a destination what waited for an earlier one with the same id", async () => {
    await append([eventNamed("a")]);
    nowMs += 10_000;
    destination = { ...destination, createdAtMs: nowMs };
    expect((await cut(LANE)).messages).toEqual([]);
  });

  it("the outbox lets one function claim a batch for an attempt, and another one after the timeout", async () => {
    await append([eventNamed("a")]);
    nowMs += 10_000;
    const batch = await opened((await cut(LANE)).messages[0]);
    expect(await claimBatch(batch, 1, nowMs)).toBe("claimed");
    expect(await claimBatch(batch, 1, nowMs + CLAIM_MS - 1)).toBe("busy");
    expect(await claimBatch(batch, 2, nowMs)).toBe("claimed");
    expect(await claimBatch(batch, 2, nowMs + CLAIM_MS + 1)).toBe("claimed");
    await noteFailed(batch, 2, nowMs);
    expect(await claimBatch(batch, 2, nowMs + 2 * CLAIM_MS)).toBe("old");
    expect(await claimBatch(batch, 3, nowMs)).toBe("claimed");
    await deleteBatch(batch);
    expect(await claimBatch(batch, 4, nowMs)).toBe("old");
  });

  it("the outbox finds what has waited longer than a minute while full batches were sent", async () => {
    destination = destinationNamed({ batchEvents: 10, batchWaitS: 300 });
    await append([eventNamed("old")]);
    nowMs += 120_000;
    await append(Array.from({ length: 10 }, (_, index) => eventNamed(`e${index}`)));
    const { messages, afterwards } = await cut(LANE, "m2");
    expect(messages.filter(isAttempt)).toHaveLength(1);
    await afterwards?.();
    nowMs += 180_000;
    const [left] = (await cut(LANE, "m1", nowMs - 300_000)).messages.filter(isAttempt);
    expect(await namesIn(left)).toEqual(["old"]);
  });

  it("the outbox finds what is behind two thousand events that were sent before", async () => {
    destination = destinationNamed({ batchEvents: 5, batchWaitS: 0 });
    const many = Array.from({ length: 2001 }, (_, index) =>
      eventNamed(`e${index}`, { isAgain: true }),
    );
    for (const one of many)
      await storeBatchEvents(laneOf(), one.message.webhookId, [keyOf(one.message)], nowMs);
    await append(many);
    nowMs += 1;
    await append([eventNamed("new")]);
    nowMs += 120_000;
    const first = await cut(LANE, "m1");
    await first.afterwards?.();
    const made: WorkerMessage[] = first.messages.filter(isAttempt);
    for (const number of [2, 3]) {
      const { messages, afterwards } = await cut(LANE, `m${number}`);
      await afterwards?.();
      made.push(...messages.filter(isAttempt));
    }
    expect((await Promise.all(made.map(namesIn))).flat()).toEqual(["new"]);
  });

  it("the outbox does not delete as repeated what another function has put into a batch meanwhile", async () => {
    await append([eventNamed("a", { isAgain: true })]);
    nowMs += 10_000;
    const fast: CutResult[] = [];
    const slow = outboxWith(async ({ input }) => {
      if (JSON.stringify(input).includes("#taken") && fast.length === 0)
        fast.push(await cut(LANE, "fast"));
    });
    const messages = await cutIn(slow, LANE, "slow");
    expect(messages.messages.filter(isAttempt)).toEqual([]);
    const [made] = fast.flatMap((one) => one.messages).filter(isAttempt);
    expect(await namesIn(made)).toEqual(["a"]);
  });

  it("the outbox sends a batch again whose message was lost, two days later", async () => {
    await append([eventNamed("a")]);
    nowMs += 10_000;
    const { messages: lost, afterwards } = await cut(LANE);
    await afterwards?.();
    nowMs += 48 * HOUR_MS;
    expect((await cut(LANE, "m2")).messages).toEqual([]);
    nowMs += 1;
    const { messages } = await cut(LANE, "m3");
    expect(messages.filter(isAttempt)).toMatchObject([{ batch: (lost[0] as BatchMessage).batch }]);
    expect((await cut(LANE, "m4")).messages).toEqual([]);
  });

  it("the outbox does not send a batch again that was sent before its lane was released", async () => {
    await append([eventNamed("a")]);
    await append([eventNamed("b")]);
    nowMs += 10_000;
    const { messages } = await cut(LANE);
    const read = await opened(messages[0]);
    await deleteBatch(read);
    // Its message comes again.
    const [again] = (await cut(LANE)).messages.filter(isAttempt);
    expect(await namesIn(again)).toEqual([]);
    await deleteBatch(await opened(again));
  });

  it("the outbox does not send a batch again that another function is deleting", async () => {
    await append([eventNamed("a")]);
    await append([eventNamed("b")]);
    nowMs += 10_000;
    const [message] = (await cut(LANE)).messages;
    const racing = outboxWith(async ({ commandName }) => {
      if (commandName !== "BatchGetItemCommand") return;
      const { lane, batch } = await opened(message);
      await changeBatch({ lane, batch }, "SET isDone = :true", { ":true": true });
      await lane.deleteAll(batch.entries.slice(0, 1));
    });
    expect((await opened(message, racing)).events).toEqual([]);
  });

  it("the outbox sends the rest of a batch of which an event has expired", async () => {
    await append([eventNamed("a")]);
    await append([eventNamed("b")]);
    nowMs += 10_000;
    const { messages } = await cut(LANE);
    const { lane, batch, events } = await opened(messages[0]);
    await lane.deleteAll(batch.entries.slice(0, 1));
    expect(await namesIn(messages[0])).toEqual(events.slice(1).map(({ delivery }) => delivery.id));
  });

  it("the outbox does not send the rest of a batch whose deletion was interrupted", async () => {
    await append([eventNamed("a")]);
    await append([eventNamed("b")]);
    nowMs += 10_000;
    const { messages } = await cut(LANE);
    const batch = await opened(messages[0]);
    const broken = outboxWith(async ({ commandName }) => {
      if (commandName !== "BatchWriteItemCommand") return;
      await batch.lane.deleteAll(batch.batch.entries.slice(0, 1));
      throw new Error("killed");
    });
    await expect(deleteBatch(await opened(messages[0], broken))).rejects.toThrow("killed");
    expect((await opened(messages[0])).batch.isDone).toBe(true);
    await deleteBatch(batch);
    expect(await openBatch(laneOf(), batch.batch.id)).toBeUndefined();
  });

  it("the outbox sends the events of a batch again that was given up", async () => {
    await append([eventNamed("a")]);
    nowMs += 10_000;
    const { messages, afterwards } = await cut(LANE);
    await afterwards?.();
    const open = await opened(messages[0]);
    await forgetBatch(open);
    await deleteBatch(open);
    expect((await cut(LANE, "m2")).messages).toEqual([]);
    await append([eventNamed("a", { atMs: nowMs - 10_000, isAgain: true })]);
    nowMs += 10_000;
    const again = (await cut(LANE, "m3")).messages.filter(isAttempt);
    expect(again.map(({ batch }) => batch?.id)).not.toEqual([
      (messages[0] as BatchMessage).batch.id,
    ]);
    expect(await namesIn(again[0])).toEqual(["a"]);
  });
});

describe("the outbox of a node", () => {
  const NODE_LANE = "node:n1";
  beforeEach(() => {
    destination = destinationNamed({ inOrder: true });
  });

  /** Divides the lane when what is in it has waited for earlier events. */
  const cut = (lane: string, cutBy = "m1") => {
    nowMs += ALLOWED_LATENESS_MS;
    return cutIn(table, lane, cutBy);
  };

  it("the lane of a node says when to look: after the time in which an earlier event can still arrive", async () => {
    await append([eventNamed("a")]);
    destination = destinationNamed({ inOrder: true, batchEvents: 3, batchWaitS: 20 });
    await append([eventNamed("b")]);
    const [afterA, afterB] = sent.map(({ dueAtMs = 0 }) => dueAtMs - nowMs);
    expect([afterA, afterB]).toEqual([ALLOWED_LATENESS_MS, 20_000]);
  });

  it("the lane of a node sends nothing before an event that arrived just now and was published earlier", async () => {
    await append([eventNamed("b", { atMs: nowMs + 9 })]);
    nowMs += ALLOWED_LATENESS_MS - 1;
    await append([eventNamed("a", { atMs: nowMs - ALLOWED_LATENESS_MS })]);
    nowMs += 1;
    expect((await cutIn(table, NODE_LANE, "m1")).messages).toMatchObject([
      { kind: "cut", dueAtMs: nowMs - 1 + ALLOWED_LATENESS_MS },
    ]);
    expect((await cut(NODE_LANE)).messages).toMatchObject([{ webhookId: "evt_a" }]);
  });

  it("the lane of a node sends one event at a time, with the id that the event has without an outbox", async () => {
    for (const [name, atMs] of [
      ["c", nowMs + 2],
      ["a", nowMs],
      ["b", nowMs + 1],
    ] as const)
      await append([eventNamed(name, { atMs })]);
    const results = await Promise.all([cut(NODE_LANE, "m1"), cut(NODE_LANE, "m2")]);
    const messages = results.flatMap((one) => one.messages);
    expect(messages).toMatchObject([
      { webhookId: "evt_a", batch: { lane: NODE_LANE, id: "evt_a" } },
    ]);
    expect((await cut(NODE_LANE, "m3")).messages).toEqual([]);
  });

  it("the lane of a node resumes an interrupted cut", async () => {
    await append([eventNamed("a")]);
    const { messages } = await cut(NODE_LANE, "m1");
    expect((await cutIn(table, NODE_LANE, "m1")).messages).toEqual(messages);
    expect((await cut(NODE_LANE, "m2")).messages).toEqual([]);
  });

  it("the lane of a node does not send again what the log of attempts has as delivered", async () => {
    await append([
      eventNamed("a", { isAgain: true }),
      eventNamed("b", { atMs: nowMs + 1, isAgain: true }),
    ]);
    delivered.add("evt_a");
    expect((await cut(NODE_LANE)).messages).toMatchObject([{ webhookId: "evt_b" }]);
  });

  it("the lane of a node continues with the remaining events if a late call wrote a batch", async () => {
    destination = destinationNamed({ inOrder: true, batchEvents: 3, batchWaitS: 0 });
    await append([eventNamed("a")]);
    const [first] = (await cut(NODE_LANE)).messages;
    const sent = await opened(first);
    const item = await sent.lane.get("b");
    await deleteBatch(sent);
    await append([eventNamed("b", { atMs: nowMs + 1 })]);
    await sent.lane.put({ ...item, item: { S: "b" } });
    expect(await Promise.all((await cut(NODE_LANE, "m2")).messages.map(namesIn))).toEqual([["b"]]);
    const [both] = (await cut(NODE_LANE, "m2")).messages;
    const late = await opened(both);
    const entries = [...sent.batch.entries, ...late.batch.entries];
    await changeBatch(late, "SET entries = :entries", { ":entries": entries });
    expect(await namesIn(both)).toEqual(["b"]);
  });

  it("the lane of a node sends an event again whose message was lost, two days later", async () => {
    await append([eventNamed("a")]);
    await cut(NODE_LANE);
    nowMs += 48 * HOUR_MS + 1;
    expect((await cut(NODE_LANE, "m2")).messages).toMatchObject([{ webhookId: "evt_a" }]);
  });

  it("the lane of a node has a key of limited length for any id of a node", async () => {
    await append([eventNamed("a", { node: "n".repeat(5000) })]);
    const [lane = ""] = lanesIn(sent);
    expect(lane.length).toBeLessThan(100);
    expect((await cut(lane)).messages).toMatchObject([{ webhookId: "evt_a" }]);
  });
});
