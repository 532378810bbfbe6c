import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { DAY_MS, SECOND_MS } from "@rainhooks/core/durations";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { outboxTable } from "@rainhooks/extensions/forwarding/forwarding-tables";
import { attempts } from "@rainhooks/testing/hostile";
import { startReceiver, type TestReceiver } from "@rainhooks/testing/receiver";
import fc from "fast-check";
import { createForwardTables, ForwardWorld } from "./forward-world.ts";

/** What goes wrong in a run. */
interface Troubles {
  /** Which writes to the outbox are throttled: of ten, those that this has as a digit. */
  readonly throttled: readonly number[];
  /** After so many, none is. */
  readonly maxThrottled: number;
  /** Which calls to the queues fail, by their numbers. */
  readonly refused: readonly number[];
  /**
   * Functions that are killed, after how many calls, by the number of the event before which that
   * is arranged.
   */
  readonly kills: readonly {
    readonly before: number;
    readonly name: string;
    readonly calls: number;
  }[];
}

let tables: TestTables;
let receiver: TestReceiver;
/** The events of the requests of a run, by destination. */
const got = new Map<string, number[]>();
beforeAll(async () => {
  tables = await startTables();
  await createForwardTables(tables);
  receiver = await startReceiver(({ path, body }, response) => {
    const events = [JSON.parse(body)].flat() as readonly {
      readonly data: { readonly message: unknown };
    }[];
    const own = got.get(path) ?? [];
    got.set(path, own);
    own.push(...events.map(({ data }) => Number(data.message)));
    response.writeHead(200).end();
  });
});
afterAll(async () => {
  await receiver.stop();
  await tables.stop();
});

/** A client of the tables whose writes to the outbox are throttled. */
function troubledClient({ throttled, maxThrottled }: Troubles): DynamoDBClient {
  const client = tables.newClient();
  let writes = 0;
  let refused = 0;
  client.middlewareStack.add(
    (next) => async (args) => {
      const { RequestItems = {} } = args.input as { readonly RequestItems?: object };
      if (outboxTable.name in RequestItems) {
        writes += 1;
        if (throttled.includes(writes % 10) && refused < maxThrottled) {
          refused += 1;
          throw Object.assign(new Error("Too many writes."), { name: "ThrottlingException" });
        }
      }
      return next(args);
    },
    { step: "initialize" },
  );
  return client;
}

const PLAIN = { eachCopy: false };
const KINDS = [
  PLAIN,
  { eachCopy: true },
  { inOrder: true },
  { batchEvents: 3, batchWaitS: 1 },
] as const;
let runs = 0;

/**
 * Publishes events to destinations while things fail, waits for a day, and checks what each of them
 * got.
 */
async function play(kinds: readonly object[], count: number, troubles: Troubles): Promise<void> {
  runs += 1;
  got.clear();
  const client = troubledClient(troubles);
  const world = new ForwardWorld(tables, {
    clientOf: () => client,
    limits: { maxFailures: 10_000, maxWaiting: 100_000 },
  });
  let sends = 0;
  world.sqs.middlewareStack.add(
    (next) => async (args) => {
      sends += 1;
      if (troubles.refused.includes(sends)) throw new Error("The queue is down.");
      return next(args);
    },
    { step: "initialize" },
  );
  const ids = kinds.map((_, index) => `n${runs}-${index}`);
  for (const [index, id] of ids.entries())
    await world.add(`${receiver.url}/${id}`, { id, ...kinds[index] });
  for (let number = 0; number < count; number += 1) {
    for (const { before, name, calls } of troubles.kills)
      if (before === number) world.kill(name, calls);
    if (number % 20 === 0) await world.run(SECOND_MS);
    world.alert(`node-${runs}-${number % 40}`, { message_body: String(number) });
  }
  await world.run(DAY_MS);
  world.stop();
  for (const id of ids) await world.remove(id);
  client.destroy();
  expect(["forward", "attempts", "retries"].flatMap((name) => world.reasons(name))).toEqual([]);
  for (const [index, id] of ids.entries())
    check(kinds[index] ?? {}, got.get(`/${id}`) ?? [], { count, kills: troubles.kills });
}

function check(
  kind: object,
  events: readonly number[],
  { count, kills }: Pick<Troubles, "kills"> & { readonly count: number },
): void {
  const lost = Array.from({ length: count }, (_, number) => number).filter(
    (one) => !events.includes(one),
  );
  expect([kind, lost]).toEqual([kind, []]);
  if (isOutbox(kind)) return;
  const times = Map.groupBy(events, (number) => number).values();
  for (const { length } of times) expect(length).toBeLessThanOrEqual(1 + kills.length);
  // A worker that is killed has made requests of which the log knows nothing.
  if (kills.every(({ name }) => name === "forward"))
    expect(events.length).toBeLessThanOrEqual(count + kills.length);
}

function isOutbox(kind: object): boolean {
  return "inOrder" in kind || "batchEvents" in kind;
}

const killsUpTo = (count: number) =>
  fc.array(
    fc.record({
      before: fc.nat(count),
      name: fc.constantFrom("forward", "forward", "attempts", "retries"),
      calls: fc.nat(40),
    }),
    {
      maxLength: 5,
    },
  );
const troublesOf = (count: number) =>
  fc.record<Troubles>({
    throttled: fc.subarray([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
    maxThrottled: fc.nat(count * 3),
    refused: fc.array(fc.nat(40), { maxLength: 6 }),
    kills: killsUpTo(count),
  });

test("a destination in trouble repeats nothing for others: each event is lost for none, and comes once more per kill at most", async () => {
  const kinds = fc.array(fc.constantFrom(...KINDS), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(kinds, troublesOf(40), (some, troubles) => play(some, 40, troubles)),
    {
      numRuns: attempts(4, 60),
      interruptAfterTimeLimit: 60 * SECOND_MS,
      markInterruptAsFailure: false,
    },
  );
});

test("deliveries through throttling and kills are as many requests to each plain destination, and one more per kill at most", async () => {
  const count = attempts(300, 1000);
  const [troubles] = fc.sample(troublesOf(count), 1);
  if (troubles === undefined) throw new Error("There is one.");
  const kills = Array.from({ length: 10 }, (_, index) => ({
    before: Math.floor((count * (index + 0.4)) / 10),
    name: "forward",
    calls: index * 9,
  }));
  await play([PLAIN, { inOrder: true }], count, {
    ...troubles,
    throttled: [0, 2, 3, 5, 7, 8],
    maxThrottled: count * 0.6,
    kills,
  });
});
