import {
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { chunk } from "@rainhooks/core/collections";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "@rainhooks/core/durations";
import { batchWrite, MAX_WRITES_PER_CALL } from "@rainhooks/dynamodb/batch-write";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { attempts } from "@rainhooks/testing/hostile";
import fc from "fast-check";
import type { NodeState } from "../connection.ts";
import { NO_FACTS } from "../facts.ts";
import { encodeNode } from "../node-item.ts";
import { byIdIndex, fleetSamplesTable, nodeStatusTable } from "../node-status-tables.ts";
import { statusKey } from "../sub-item.ts";
import { readNewestSample } from "./read-samples.ts";
import { encodeSample, sampleOf } from "./sample.ts";
import { takeSample } from "./take-sample.ts";

const NOW_MS = Date.UTC(2026, 10, 24, 12, 3, 27);
const MINUTE = Date.UTC(2026, 10, 24, 12, 3);

/** A node as it is in the table. */
interface Placed {
  readonly state: NodeState;
  readonly firmware?: string | undefined;
}

describe("a sample of the fleet", () => {
  let tables: TestTables;
  let client: DynamoDBClient;
  beforeAll(async () => {
    tables = await startTables();
    client = tables.client;
    await tables.create(nodeStatusTable);
    await tables.create(fleetSamplesTable);
  });
  afterAll(() => tables.stop());
  beforeEach(async () => {
    await write(nodeStatusTable.name, [], await scan(nodeStatusTable.name));
    await write(fleetSamplesTable.name, [], await scan(fleetSamplesTable.name));
  });

  const options = () => ({
    client,
    tableName: nodeStatusTable.name,
    samplesTableName: fleetSamplesTable.name,
    nowMs: NOW_MS,
    countAllEveryMs: HOUR_MS,
  });

  async function scan(TableName: string): Promise<Attributes[]> {
    return (await client.send(new ScanCommand({ TableName }))).Items ?? [];
  }

  async function write(
    tableName: string,
    puts: readonly Attributes[],
    deletes: readonly Attributes[] = [],
  ) {
    const { partitionKey, sortKey } =
      tableName === nodeStatusTable.name ? nodeStatusTable : fleetSamplesTable;
    const keyOf = (item: Attributes) =>
      Object.fromEntries(
        [partitionKey.name, sortKey.name].map((name) => [name, item[name]]),
      ) as Attributes;
    const requests = [
      ...puts.map((Item) => ({ PutRequest: { Item } })),
      ...deletes.map((item) => ({ DeleteRequest: { Key: keyOf(item) } })),
    ];
    for (const batch of chunk(requests, MAX_WRITES_PER_CALL))
      expect(await batchWrite(batch, { client, tableName })).toEqual([]);
  }

  const place = (nodes: readonly Placed[], first = 0) =>
    write(
      nodeStatusTable.name,
      nodes.map(({ state, firmware }, index) => itemOf(`n${first + index}`, state, firmware)),
    );

  it("a sample has the same numbers as a count of every node, for any nodes", async () => {
    const node = fc.record({
      state: fc.constantFrom<NodeState>("online", "offline", "unknown"),
      firmware: fc.constantFrom(
        undefined,
        "1.0",
        "1.1",
        "__proto__",
        "\u001b[2J",
        "x".repeat(1000),
      ),
    });
    const property = fc.asyncProperty(fc.array(node, { maxLength: 60 }), async (nodes) => {
      await write(nodeStatusTable.name, [], await scan(nodeStatusTable.name));
      await place(nodes);
      const sample = await takeSample({ ...options(), countAllEveryMs: 0 });
      const inState = (state: NodeState) => nodes.filter((one) => one.state === state).length;
      expect(sample).toMatchObject({
        atMs: MINUTE,
        countedAtMs: MINUTE,
        all: nodes.length,
        online: inState("online"),
        offline: inState("offline"),
        unknown: inState("unknown"),
      });
      for (const { firmware, nodes: count } of sample.firmware.common)
        expect(count).toBe(nodes.filter((one) => one.firmware?.slice(0, 100) === firmware).length);
      expect(sample.firmware.unknown).toBe(
        nodes.filter((one) => one.firmware === undefined).length,
      );
    });
    await fc.assert(property, { numRuns: attempts(15, 150) });
  });

  it("a sample is stored under its minute, once, and expires", async () => {
    await place([{ state: "online", firmware: "1.0" }, { state: "offline" }]);
    const first = await takeSample(options());
    expect(await takeSample({ ...options(), nowMs: NOW_MS + 20_000 })).toEqual(first);
    const items = await scan(fleetSamplesTable.name);
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      day: { S: "2026-11-24" },
      atMs: { N: String(MINUTE) },
      expiresAtS: { N: String((MINUTE + 400 * DAY_MS) / 1000) },
    });
    expect(await readNewestSample(options(), NOW_MS, 1)).toEqual(first);
    await takeSample({ ...options(), keepDays: 1 });
    const [item] = await scan(fleetSamplesTable.name);
    expect(item?.["expiresAtS"]).toEqual({ N: String((MINUTE + DAY_MS) / 1000) });
  });

  /** Stores a sample of a fleet that had so many nodes, all of them online. */
  const storeCount = (nodes: number, atMs: number) => {
    const firmware = { common: [{ firmware: "1.0", nodes }], others: 0, unknown: 0 };
    const counts = { atMs, countedAtMs: atMs, all: nodes, offline: 0, unknown: 0, firmware };
    return write(fleetSamplesTable.name, [encodeSample(sampleOf(counts), 1)]);
  };

  it.each([
    [1_999, 0],
    [2_000, 1],
    [10_000, 5],
    [61_999, 30],
    [1_000_000, 60],
  ])(
    "a sample keeps the count of %i nodes for %i minutes, also past midnight, and then counts again",
    async (nodes, minutes) => {
      const firstMs = Date.UTC(2026, 10, 24, 23, 58);
      await storeCount(nodes, firstMs);
      await place([{ state: "online", firmware: "1.1" }, { state: "offline" }]);
      // The schedule is not exact.
      const at = (minute: number) =>
        takeSample({ ...options(), nowMs: firstMs + minute * MINUTE_MS + 12_000 });
      const { calls, restore } = countCalls(client);
      for (let minute = 0; minute < minutes; minute += 1)
        expect(await at(minute)).toMatchObject({
          all: nodes,
          online: nodes - 1,
          offline: 1,
          countedAtMs: firstMs,
        });
      expect(calls).not.toContain(byIdIndex.name);
      expect(await at(minutes)).toMatchObject({
        all: 2,
        online: 1,
        countedAtMs: firstMs + minutes * MINUTE_MS,
        firmware: { common: [{ firmware: "1.1", nodes: 1 }], unknown: 1 },
      });
      restore();
    },
  );

  it("a sample has a true number of online nodes or none, however a fleet grows, and whenever it cannot be counted", async () => {
    const step = fc.record({
      added: fc.array(fc.constantFrom<NodeState>("online", "offline", "unknown"), {
        maxLength: 12,
      }),
      minutes: fc.integer({ min: 0, max: 90 }),
      fails: fc.boolean(),
    });
    const property = fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 6 }),
      async (steps) => {
        await write(nodeStatusTable.name, [], await scan(nodeStatusTable.name));
        await write(fleetSamplesTable.name, [], await scan(fleetSamplesTable.name));
        let nowMs = NOW_MS;
        await takeSample({ ...options(), nowMs });
        const states: NodeState[] = [];
        for (const { added, minutes, fails } of steps) {
          await place(
            added.map((state) => ({ state })),
            states.length,
          );
          states.push(...added);
          nowMs += minutes * MINUTE_MS;
          await takeSample({ ...options(), nowMs, ...(fails ? { client: uncountable() } : {}) });
          const { all, online } = (await readNewestSample(options(), nowMs, 1)) ?? {};
          const truth = [states.length, states.filter((state) => state === "online").length];
          expect([all, online]).toEqual(fails ? [undefined, undefined] : truth);
        }
      },
    );
    await fc.assert(property, { numRuns: attempts(6, 60) });
  });

  /** A client that cannot read the index of all nodes. */
  const uncountable = (whileCounting: () => Promise<void> = async () => {}) =>
    new Proxy(client, {
      get: (target, name) =>
        name === "send"
          ? async (command: object, ...rest: []) => {
              if (!(command instanceof QueryCommand) || command.input.IndexName !== byIdIndex.name)
                return await target.send(command as never, ...rest);
              await whileCounting();
              throw new Error("busy");
            }
          : Reflect.get(target, name),
    });

  it("a sample says so if the nodes cannot be counted, has no number of all, and the next sample counts again", async () => {
    await place([{ state: "online", firmware: "1.0" }]);
    const first = await takeSample(options());
    await place([{ state: "offline" }], 1);
    const errors: unknown[] = [];
    let whileCounting = 0;
    const failing = uncountable(async () => {
      whileCounting = (await scan(fleetSamplesTable.name)).length;
    });
    const later = {
      ...options(),
      nowMs: NOW_MS + 2 * HOUR_MS,
      onStaleCount: (error: unknown) => errors.push(error),
    };
    const sample = await takeSample({ ...later, client: failing });
    // So a count that is ended by the timeout of its function leaves a sample, too.
    expect(whileCounting).toBe(2);
    const { countedAtMs, firmware } = first;
    expect(sample).toMatchObject({
      all: undefined,
      online: undefined,
      offline: 1,
      countedAtMs,
      firmware,
    });
    expect(errors).toEqual([new Error("busy")]);
    const next = await takeSample({ ...later, nowMs: later.nowMs + MINUTE_MS });
    expect(next).toMatchObject({
      all: 2,
      online: 1,
      countedAtMs: MINUTE + 2 * HOUR_MS + MINUTE_MS,
    });
    await write(fleetSamplesTable.name, [], await scan(fleetSamplesTable.name));
    await expect(takeSample({ ...later, client: failing })).rejects.toThrow("busy");
  });

  it("a sample counts a large fleet again at once if more nodes are offline than it had, and no number is negative", async () => {
    await storeCount(2_000, MINUTE);
    const offline = Array.from({ length: 2_001 }, () => ({ state: "offline" }) as const);
    await place([...offline, { state: "online" }]);
    expect(await takeSample({ ...options(), client: uncountable() })).toMatchObject({
      all: undefined,
      offline: 2_001,
    });
    expect(await takeSample(options())).toMatchObject({ all: 2_002, online: 1, offline: 2_001 });
  });

  it("a sample is zero for a fleet without nodes, which is counted again at once", async () => {
    expect(await takeSample(options())).toMatchObject({
      all: 0,
      online: 0,
      firmware: { common: [], others: 0, unknown: 0 },
    });
    await place([{ state: "online" }]);
    expect(await takeSample({ ...options(), nowMs: NOW_MS + MINUTE_MS })).toMatchObject({
      all: 1,
      online: 1,
    });
  });

  it("a sample does not use samples from the future", async () => {
    await place([{ state: "online" }]);
    await takeSample({ ...options(), nowMs: NOW_MS + HOUR_MS });
    await place([{ state: "online" }], 1);
    expect(await takeSample(options())).toMatchObject({ all: 2, countedAtMs: MINUTE });
  });

  it.each([
    [{ countAllEveryMs: -1 }, "countAllEveryMs must be a number from 0 to 604,800,000, not -1."],
    [{ countAllEveryMs: Number.NaN }, "not NaN."],
    [{ keepDays: 0 }, "keepDays must be a number from 1 to 400, not 0."],
  ])("a sample rejects %j", async (wrong, message) => {
    await expect(takeSample({ ...options(), ...wrong })).rejects.toThrow(message);
  });

  it("a sample fails if a table is missing, and stores nothing", async () => {
    await expect(takeSample({ ...options(), tableName: "none" })).rejects.toThrow(
      "Requested resource not found",
    );
    expect(await scan(fleetSamplesTable.name)).toEqual([]);
  });
});

/** Makes the item of a node in a state, as the sink does. */
function itemOf(nodeId: string, state: NodeState, firmware: string | undefined): Attributes {
  const source = { atMs: NOW_MS - HOUR_MS, sentAtMs: NOW_MS, deliveryId: "d" };
  const clock = { latest: source, beforeMs: undefined, clamped: undefined };
  const facts = {
    ...NO_FACTS,
    ...(state === "online" ? { connected: clock } : {}),
    ...(state === "offline" ? { disconnected: clock } : {}),
  };
  const item = { ...encodeNode(facts, nodeId), ...statusKey(nodeId) };
  return firmware === undefined ? item : { ...item, firmware: { S: firmware } };
}

/** Notes the index of each query, or the name of any other command. */
function countCalls(client: DynamoDBClient) {
  const calls: string[] = [];
  const send = client.send.bind(client);
  client.send = ((command: object, ...rest: []) => {
    if (command instanceof QueryCommand) calls.push(command.input.IndexName ?? "table");
    if (command instanceof PutItemCommand) calls.push("put");
    return send(command as never, ...rest);
  }) as typeof client.send;
  return {
    calls,
    restore: () => {
      client.send = send as typeof client.send;
    },
  };
}
