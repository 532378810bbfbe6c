import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { DAY_MS, SECOND_MS } from "@rainhooks/core/durations";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { attempts } from "@rainhooks/testing/hostile";
import { startReceiver, type TestReceiver } from "@rainhooks/testing/receiver";
import fc from "fast-check";
import { createForwardTables, ForwardWorld } from "./forward-world.ts";

/**
 * An event: it arrives up to so much later than it was published as another one waits for it, so in
 * any order.
 */
interface Published {
  readonly node: string;
  readonly afterMs: number;
  readonly delayMs: number;
  readonly isPoison: boolean;
}

const events = fc.array(
  fc.record<Published>({
    node: fc.constantFrom("a", "b", "c"),
    afterMs: fc.constantFrom(1, 1, 50, 700, 3000, 20_000),
    delayMs: fc.nat(4900),
    isPoison: fc.constantFrom(false, false, false, false, true),
  }),
  { minLength: 1, maxLength: 25 },
);
const kills = fc.array(
  fc.record({
    before: fc.nat(24),
    name: fc.constantFrom("attempts", "retries"),
    calls: fc.nat(30),
  }),
  { maxLength: 4 },
);
const settings = fc.constantFrom(
  {},
  { batchEvents: 3, batchWaitS: 1 },
  { batchEvents: 10, batchWaitS: 8 },
);

let tables: TestTables;
let receiver: TestReceiver;
let respond: (numbers: readonly number[], request: number) => number = () => 200;
/** The events of the requests of a run, and how each was responded to. */
const requests: { readonly numbers: readonly number[]; readonly status: number }[] = [];
beforeAll(async () => {
  tables = await startTables();
  await createForwardTables(tables);
  receiver = await startReceiver(({ body }, response) => {
    const list = [JSON.parse(body)].flat() as readonly {
      readonly data: { readonly message: unknown };
    }[];
    const numbers = list.map(({ data }) => Number(data.message));
    const status = respond(numbers, requests.length);
    requests.push({ numbers, status });
    response.writeHead(status).end();
  });
});
afterAll(async () => {
  await receiver.stop();
  await tables.stop();
});

let runs = 0;

/**
 * Lets events arrive late while functions are killed, and waits for three days. Events are numbered
 * as they were published.
 */
async function play(
  destination: object,
  published: readonly Published[],
  killed: readonly { readonly before: number; readonly name: string; readonly calls: number }[],
): Promise<ForwardWorld> {
  runs += 1;
  requests.length = 0;
  const world = new ForwardWorld(tables, {
    batchSize: 3,
    limits: { maxFailures: 10_000, maxWaiting: 100_000 },
  });
  await world.add(receiver.url, { id: `o${runs}`, inOrder: true, ...destination });
  let atMs = world.nowMs;
  const arriving = published.map(({ node, afterMs, delayMs }, number) => {
    atMs += afterMs;
    return { node, number, publishedMs: atMs, arrivesMs: atMs + delayMs };
  });
  for (const one of arriving.toSorted((a, b) => a.arrivesMs - b.arrivesMs)) {
    await world.run(Math.max(0, one.arrivesMs - world.nowMs));
    for (const { before, name, calls } of killed)
      if (before === one.number) world.kill(name, calls);
    world.alert(`${one.node}-${runs}`, { message_body: String(one.number) }, one.publishedMs);
    await world.run(0);
  }
  await world.run(3 * DAY_MS);
  world.stop();
  await world.remove(`o${runs}`);
  return world;
}

test("events of a node are sent as they were published, whatever order they arrive in within five seconds, and whoever is killed", async () => {
  const failing = fc.array(fc.nat(30), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(
      settings,
      events,
      kills,
      failing,
      async (destination, published, killed, failures) => {
        respond = (numbers, request) => {
          if (numbers.some((one) => published[one]?.isPoison)) return 422;
          return failures.includes(request) ? 503 : 200;
        };
        const world = await play(destination, published, killed);
        const isPoison = (number: number) => published[number]?.isPoison === true;
        const delivered = requests
          .filter(({ status }) => status === 200)
          .flatMap(({ numbers }) => numbers);
        const healthy = [...published.keys()].filter((number) => !isPoison(number));
        expect(new Set(delivered)).toEqual(new Set(healthy));
        for (const node of ["a", "b", "c"]) {
          const first = [...new Set(delivered)].filter(
            (number) => published[number]?.node === node,
          );
          expect(first).toEqual(first.toSorted((a, b) => a - b));
        }
        // Poison is a dead letter at once, by itself.
        const poison = [...published.keys()].filter(isPoison).length;
        expect(world.deadIds("retries").size).toBe(poison);
      },
    ),
    {
      numRuns: attempts(8, 100),
      interruptAfterTimeLimit: 60 * SECOND_MS,
      markInterruptAsFailure: false,
    },
  );
});
