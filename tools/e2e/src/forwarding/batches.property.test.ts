import type { BatchWriteItemCommandInput, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { DAY_MS, SECOND_MS } from "@rainhooks/core/durations";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { attempts } from "@rainhooks/testing/hostile";
import { startReceiver, type TestReceiver } from "@rainhooks/testing/receiver";
import fc from "fast-check";
import { createForwardTables, ForwardWorld } from "./forward-world.ts";

/**
 * A call is not made, half of its writes are made, its response is lost, or it is lost and the
 * client repeats the call by itself.
 */
const FAULT_KINDS = ["unmade", "half", "lost", "twice"] as const;
type FaultKind = (typeof FAULT_KINDS)[number];

/** What goes wrong in a run. */
interface Faults {
  /** Which calls to a table fail, by their numbers. */
  readonly calls: readonly { readonly at: number; readonly kind: FaultKind }[];
  /** Which messages are there twice, by their numbers. */
  readonly twice: readonly number[];
  readonly batchSize: number;
  /** How long an event's message is: long ones are spread over lanes. */
  readonly length: number;
  /** Which requests get another status than 200, by their numbers. */
  readonly statuses: readonly { readonly at: number; readonly status: number }[];
  /**
   * Functions that are killed at the end of an invocation, by the number of the event before which
   * that is arranged.
   */
  readonly kills: readonly { readonly before: number; readonly name: string }[];
}

const faultsOf = (functions: readonly string[]) =>
  fc.record<Faults>({
    calls: fc.array(
      fc.record({
        at: fc.nat(300),
        kind: fc.constantFrom(...FAULT_KINDS),
      }),
      { maxLength: 20 },
    ),
    twice: fc.array(fc.nat(60), { maxLength: 10 }),
    batchSize: fc.constantFrom(1, 2, 50),
    length: fc.constantFrom(0, 0, 4000),
    statuses: fc.array(fc.record({ at: fc.nat(40), status: fc.constantFrom(500, 429, 302) }), {
      maxLength: 15,
    }),
    kills: fc.array(fc.record({ before: fc.nat(29), name: fc.constantFrom(...functions) }), {
      maxLength: 4,
    }),
  });

/** When an event is published after the one before, and for which node. */
const events = fc.array(
  fc.record({
    node: fc.constantFrom("a", "b", "c"),
    afterMs: fc.constantFrom(0, 0, 0, 200, 3000, 90_000),
  }),
  { minLength: 1, maxLength: 30 },
);

let tables: TestTables;
let receiver: TestReceiver;
let respond: (number: number, body: string) => number = () => 200;
/** The requests of a run, in the order in which they came. */
const begun: { readonly body: string; readonly id: string; readonly status: number }[] = [];
beforeAll(async () => {
  tables = await startTables();
  await createForwardTables(tables);
  receiver = await startReceiver(({ body, headers }, response) => {
    const status = respond(begun.length, body);
    begun.push({ body, id: String(headers["webhook-id"]), status });
    response.writeHead(status).end();
  });
});
afterAll(async () => {
  await receiver.stop();
  await tables.stop();
});

/** A client whose calls fail as faults say. */
function faultyClient(calls: Faults["calls"]): DynamoDBClient {
  const client = tables.newClient();
  const byNumber = new Map(calls.map(({ at, kind }) => [at, kind]));
  let made = 0;
  client.middlewareStack.add(
    (next) => async (args) => {
      const kind = byNumber.get(made);
      made += 1;
      if (kind === "unmade") throw new Error("The call was not made.");
      const response = await next(kind === "half" ? { ...args, input: halfOf(args.input) } : args);
      if (kind === "twice") return next(args);
      if (kind !== undefined) throw new Error("The response was lost.");
      return response;
    },
    { step: "initialize" },
  );
  return client;
}

/** Returns a call with half of its writes; one with a single write as it is. */
function halfOf<Input extends object>(input: Input): Input {
  const { RequestItems } = input as BatchWriteItemCommandInput;
  if (RequestItems === undefined) return input;
  const halves = Object.entries(RequestItems).map(([table, writes]) =>
    Array.isArray(writes)
      ? [table, writes.slice(0, Math.ceil(writes.length / 2))]
      : [table, writes],
  );
  return { ...input, RequestItems: Object.fromEntries(halves) };
}

let runs = 0;

/** Publishes events to a destination while things fail, and waits for two days. */
async function play(
  settings: object,
  published: readonly { readonly node: string; readonly afterMs: number }[],
  faults: Faults,
  faulty: readonly string[],
  respondTo: (body: string) => number = () => 200,
): Promise<ForwardWorld> {
  runs += 1;
  const id = `d${runs}`;
  const client = faultyClient(faults.calls);
  const twice = new Set(faults.twice);
  let sent = 0;
  const world = new ForwardWorld(tables, {
    copies: 3,
    batchSize: faults.batchSize,
    isTwice: () => {
      sent += 1;
      return twice.has(sent);
    },
    random: () => (runs * 0.37 + sent * 0.17) % 1,
    clientOf: (name) => (faulty.includes(name) ? client : tables.client),
    limits: { maxFailures: 10_000, maxWaiting: 100_000 },
  });
  begun.length = 0;
  const statuses = new Map(faults.statuses.map(({ at, status }) => [at, status]));
  respond = (number, body) => statuses.get(number) ?? respondTo(body);
  await world.add(receiver.url, { id, ...settings });
  for (const [index, { node, afterMs }] of published.entries()) {
    if (afterMs > 0) await world.run(afterMs);
    for (const { before, name } of faults.kills) if (before === index) world.kill(name);
    // Times differ, so that there is one order.
    world.nowMs += 1;
    world.alert(`${node}-${runs}`, { message_body: String(index).padEnd(faults.length) });
  }
  await world.run(2 * DAY_MS);
  world.stop();
  await world.remove(id);
  client.destroy();
  return world;
}

interface Seen {
  readonly id: string;
  readonly data: { readonly nodeId: string; readonly message: string };
}

const listIn = (body: string) => [JSON.parse(body)].flat() as readonly Seen[];
const runsOf = {
  numRuns: attempts(8, 100),
  interruptAfterTimeLimit: 60 * SECOND_MS,
  markInterruptAsFailure: false,
};

test("batches lose nothing, repeat what failed as it was, and put no event into two of them", async () => {
  const settings = fc.record({
    batchEvents: fc.integer({ min: 2, max: 7 }),
    batchWaitS: fc.constantFrom(0, 1, 5, 300),
  });
  await fc.assert(
    fc.asyncProperty(
      settings,
      fc.boolean(),
      events,
      faultsOf(["forward", "retries"]),
      async (batch, inOrder, published, faults) => {
        const world = await play({ ...batch, inOrder }, published, faults, ["forward", "retries"]);
        expect(["forward", "attempts", "retries"].flatMap((name) => world.reasons(name))).toEqual(
          [],
        );
        const bodies = new Map<string, string>();
        const batchOf = new Map<string, string>();
        for (const { body, id } of begun) {
          expect(bodies.get(id) ?? body).toBe(body);
          bodies.set(id, body);
          const list = listIn(body);
          expect(list.length).toBeLessThanOrEqual(batch.batchEvents);
          for (const one of list) {
            expect([one.data.message, batchOf.get(one.data.message) ?? id]).toEqual([
              one.data.message,
              id,
            ]);
            batchOf.set(one.data.message, id);
          }
          if (inOrder) expect(new Set(list.map(({ data }) => data.nodeId)).size).toBe(1);
        }
        const delivered = begun
          .filter(({ status }) => status === 200)
          .flatMap(({ body }) => listIn(body));
        expect(new Set(delivered.map(({ data }) => Number(data.message)))).toEqual(
          new Set(published.keys()),
        );
      },
    ),
    runsOf,
  );
});

test("an event of a node is never sent before an earlier one is delivered, whatever fails in the functions that send", async () => {
  const settings = fc.constantFrom({}, { batchEvents: 3, batchWaitS: 1 });
  await fc.assert(
    fc.asyncProperty(settings, events, faultsOf(["retries"]), async (batch, published, faults) => {
      await play({ ...batch, inOrder: true }, published, faults, ["retries"]);
      const delivered = new Set<number>();
      const last = new Map<string, number>();
      for (const { body, status } of begun) {
        const list = listIn(body);
        const [first] = list;
        const numbers = list.map(({ data }) => Number(data.message));
        const node = first?.data.nodeId;
        const earlier = [...published.keys()].filter(
          (number) =>
            number < Math.min(...numbers) && `${published[number]?.node}-${runs}` === node,
        );
        // Neither comes an earlier one again after a later one.
        expect(Math.min(...numbers)).toBeGreaterThanOrEqual(last.get(node ?? "") ?? 0);
        last.set(node ?? "", Math.min(...numbers));
        for (const number of earlier)
          expect([number, delivered.has(number)]).toEqual([number, true]);
        if (status === 200) for (const number of numbers) delivered.add(number);
      }
      expect(delivered).toEqual(new Set(published.keys()));
    }),
    runsOf,
  );
});

test("a batch that is too large for its receiver is sent in parts: nothing is lost, and an event waits for none that fits nowhere", async () => {
  const settings = fc.record({
    batchEvents: fc.integer({ min: 2, max: 20 }),
    batchWaitS: fc.constantFrom(1, 5, 300),
    inOrder: fc.boolean(),
  });
  const tooLarge = fc.array(fc.nat(29), { maxLength: 3 });
  const all = fc.tuple(
    settings,
    events,
    faultsOf(["forward", "retries"]),
    fc.integer({ min: 1, max: 5 }),
    tooLarge,
  );
  await fc.assert(
    fc.asyncProperty(all, async ([batch, published, faults, max, large]) => {
      const respondTo = (body: string) => {
        const list = listIn(body);
        return list.length > max || list.some(({ data }) => large.includes(Number(data.message)))
          ? 413
          : 200;
      };
      const world = await play(batch, published, faults, ["forward", "retries"], respondTo);
      const delivered = begun
        .filter(({ status }) => status === 200)
        .flatMap(({ body }) => listIn(body));
      const fitting = [...published.keys()].filter((number) => !large.includes(number));
      expect(new Set(delivered.map(({ data }) => Number(data.message)))).toEqual(new Set(fitting));
      // Each of those that fit nowhere is a dead letter by itself; twice, if SQS delivers it again
      // to forward after that.
      const letters = world.deadIds("retries").size;
      expect(letters).toBeGreaterThanOrEqual(published.length - fitting.length);
      if (published.length === fitting.length) expect(letters).toBe(0);
      const bodies = new Map<string, string>();
      for (const { body, id } of begun) {
        expect(bodies.get(id) ?? body).toBe(body);
        bodies.set(id, body);
      }
    }),
    runsOf,
  );
});
