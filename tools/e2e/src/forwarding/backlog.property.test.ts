import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { attempts } from "@rainhooks/testing/hostile";
import { startReceiver, type TestReceiver } from "@rainhooks/testing/receiver";
import fc from "fast-check";
import { createForwardTables, ForwardWorld } from "./forward-world.ts";

/** When functions are killed, while their queues have a backlog. */
interface Troubles {
  /**
   * After how many calls `forward` is killed, by the number of the event before which that is
   * arranged.
   */
  readonly kills: readonly { readonly before: number; readonly calls: number }[];
  /** For how many seconds `attempts` handles nothing from the first event on. */
  readonly heldS: number;
  /** Copies of each function side by side. */
  readonly copies: number;
  readonly seed: number;
}

let tables: TestTables;
let receiver: TestReceiver;
/** How often each event came, by path. */
const got = new Map<string, Map<number, number>>();
beforeAll(async () => {
  tables = await startTables();
  await createForwardTables(tables);
  receiver = await startReceiver(({ path, body }, response) => {
    const events = got.get(path) ?? new Map<number, number>();
    const { data } = JSON.parse(body) as { readonly data: { readonly message: number } };
    got.set(path, events.set(data.message, (events.get(data.message) ?? 0) + 1));
    response.writeHead(path.includes("down") ? 503 : 200).end();
  });
});
afterAll(async () => {
  await receiver.stop();
  await tables.stop();
});

/** A generator of numbers from 0 to 1 that repeats itself for the same seed. */
function numbersOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** What each destination has for a schedule; all but the first never take an event. */
const SCHEDULES = { up: [5], down: [], "down-later": [5, 60] } as const;
let runs = 0;

async function play(count: number, { kills, heldS, copies, seed }: Troubles): Promise<void> {
  runs += 1;
  got.clear();
  const limits = { maxFailures: 10_000, maxWaiting: 100_000 };
  const world = new ForwardWorld(tables, { limits, copies, order: numbersOf(seed) });
  const ids = Object.entries(SCHEDULES).map(([name, schedule]) => ({
    id: `${name}-${runs}`,
    schedule,
  }));
  for (const { id, schedule } of ids) await world.add(`${receiver.url}/${id}`, { id, schedule });
  const endMs = world.nowMs + heldS * SECOND_MS;
  world.held.add("attempts");
  for (let number = 0; number < count; number += 1) {
    for (const { before, calls } of kills) if (before === number) world.kill("forward", calls);
    world.alert(`node-${runs}-${number}`, { message_body: String(number) });
    if (number % 10 === 9) await world.run(2 * MINUTE_MS);
  }
  await world.run(Math.max(0, endMs - world.nowMs));
  world.held.clear();
  await world.run(DAY_MS);
  world.stop();
  for (const { id } of ids) await world.remove(id);
  for (const { id, schedule } of ids) {
    const requests = id.startsWith("up") ? 1 : schedule.length + 1;
    const times = Array.from({ length: count }, (_, event) => got.get(`/${id}`)?.get(event) ?? 0);
    const wrong = times.flatMap((came, event) =>
      came === requests ? [] : [`${event} came ${came} times`],
    );
    expect([id, wrong]).toEqual([id, []]);
  }
  const letters = ["forward", "attempts", "retries"].flatMap((name) => world.reasons(name));
  expect(letters).toHaveLength(2 * count);
}

const troubles = fc.record<Troubles>({
  kills: fc.array(fc.record({ before: fc.nat(39), calls: fc.nat(12) }), {
    minLength: 1,
    maxLength: 4,
  }),
  heldS: fc.nat(2 * 60 * 60),
  copies: fc.integer({ min: 1, max: 3 }),
  seed: fc.nat(),
});

test("an event of an invocation that was killed comes once to each destination, and is one dead letter of each that is down, whatever waits in the queue of attempts and in which order", async () => {
  await fc.assert(
    fc.asyncProperty(troubles, (some) => play(40, some)),
    {
      numRuns: attempts(4, 40),
      interruptAfterTimeLimit: 60 * SECOND_MS,
      markInterruptAsFailure: false,
    },
  );
});
