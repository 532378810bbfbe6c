import { type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "@rainhooks/core/durations";
import { firstMistake, numberField } from "@rainhooks/core/fields";
import { idShards, shardsOf } from "../node-item.ts";
import { byIdIndex, byStatusIndex } from "../node-status-tables.ts";
import type { NodeStatusReader } from "../read-node.ts";
import { countShards, eachPage } from "../shards.ts";
import { MAX_SAMPLE_DAYS, readNewestSample } from "./read-samples.ts";
import { encodeSample, type FleetSample, sampleOf } from "./sample.ts";
import { type FirmwareSpread, FirmwareTally, nodesIn } from "./spread.ts";

/** Options of {@link takeSample}. */
export interface TakeSampleOptions {
  readonly client: DynamoDBClient;
  /** Name of the node-status table. */
  readonly tableName: string;
  /** Name of the fleet-samples table. */
  readonly samplesTableName: string;
  readonly nowMs: number;
  /**
   * Time after which all nodes are counted again at the latest, with their firmwares, up to seven
   * days. With 0, every sample counts them.
   *
   * @defaultValue one hour
   */
  readonly countAllEveryMs?: number;
  /**
   * Days after which the sample is deleted, 1 to 400.
   *
   * @defaultValue {@link MAX_SAMPLE_DAYS}
   */
  readonly keepDays?: number;
  /** Called when all nodes could not be counted, and the sample has neither `all` nor `online`. */
  readonly onStaleCount?: (error: unknown) => void;
}

const MAX_COUNT_ALL_EVERY_MS = 7 * DAY_MS;

/**
 * Counts the nodes of a fleet and stores the numbers as a sample. The time of the sample is rounded
 * down to the minute, and a second sample of a minute replaces the first.
 *
 * Nodes that are offline or in unknown state are counted each time, from the index that has only
 * those. All nodes are counted with their firmwares if one of these is true; otherwise the sample
 * has the numbers of the last count, without nodes that are new since then:
 *
 * - The last count is at least `countAllEveryMs` old.
 * - It is at least a minute old for each 2,000 nodes that it found. So up to 10,000 nodes are
 *   counted every five minutes, 60,000 every half hour, and a fleet that grows is followed. That
 *   takes at most 75 read units for each five minutes.
 * - More nodes are offline or in unknown state than it found.
 *
 * Before all are counted again, a sample without `all` and `online` is stored: it stays if the
 * count fails or is ended, and the next sample counts again.
 *
 * For a million nodes, a tenth of them not online, that is about 1,300 read units each time and
 * 7,500 each time that all are counted. A sample every five minutes takes 11.2 million and 5.4
 * million read units a month, which cost $1.40 and $0.68 at $0.125 a million, and usually 1 or 2
 * write units each, which cost a cent. Only a fleet that has more nodes offline at each sample than
 * it had nodes at the last one is counted every five minutes: $8 a month, if it did so for a month.
 *
 * @returns The stored sample.
 * @throws {RangeError} if `countAllEveryMs` or `keepDays` is out of its range.
 */
export async function takeSample(options: TakeSampleOptions): Promise<FleetSample> {
  const {
    client,
    samplesTableName,
    nowMs,
    countAllEveryMs = HOUR_MS,
    keepDays = MAX_SAMPLE_DAYS,
  } = options;
  const mistake = firstMistake({
    countAllEveryMs: numberField(0, MAX_COUNT_ALL_EVERY_MS)(countAllEveryMs),
    keepDays: numberField(1, MAX_SAMPLE_DAYS)(keepDays),
  });
  if (mistake !== undefined) throw new RangeError(`${mistake}.`);
  const atMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
  const maxDays = Math.max(1, Math.ceil(countAllEveryMs / DAY_MS));
  const [offline, unknown, last] = await Promise.all([
    countShards(options, byStatusIndex, shardsOf("offline")),
    countShards(options, byStatusIndex, shardsOf("unknown")),
    readNewestSample(options, atMs, maxDays),
  ]);
  const store = async (count: Count) => {
    const sample = sampleOf({ ...count, atMs, offline, unknown });
    const Item = encodeSample(sample, keepDays);
    await client.send(new PutItemCommand({ TableName: samplesTableName, Item }));
    return sample;
  };
  if (last === undefined) return await store(await countAll(options, atMs));
  const { firmware, countedAtMs } = last;
  const nodes = nodesIn(firmware);
  const isDue = atMs - countedAtMs >= Math.min(countAllEveryMs, countAfterMs(nodes));
  const stored = await store({ firmware, countedAtMs, all: isDue ? undefined : nodes });
  if (stored.all !== undefined) return stored;
  try {
    return await store(await countAll(options, atMs));
  } catch (error) {
    options.onStaleCount?.(error);
    return stored;
  }
}

/** All nodes, with their firmwares, and when they were counted. */
type Count = Pick<FleetSample, "all" | "firmware" | "countedAtMs">;

async function countAll(options: TakeSampleOptions, countedAtMs: number): Promise<Count> {
  return { ...(await countFirmware(options)), countedAtMs };
}

/**
 * Nodes that may be counted for each minute since the last count: 10,000, which take 75 read units,
 * in five minutes.
 */
const COUNTED_A_MINUTE = 2000;

/** Returns the time after which a fleet of this size may be counted again. */
function countAfterMs(nodes: number): number {
  return Math.floor(nodes / COUNTED_A_MINUTE) * MINUTE_MS;
}

const [FIRMWARE] = byIdIndex.projected;

/** All nodes, counted once. */
export interface FirmwareCounts {
  /** Number of nodes. */
  readonly all: number;
  readonly firmware: FirmwareSpread;
}

/**
 * Counts all nodes and their firmwares. Reads the whole index by id, page by page: about 7,500 read
 * units for a million nodes, which is a tenth of a cent. The memory it needs does not grow with the
 * number of nodes.
 */
export async function countFirmware(reader: NodeStatusReader): Promise<FirmwareCounts> {
  const tally = new FirmwareTally();
  await eachPage(
    reader,
    byIdIndex,
    idShards(),
    { ProjectionExpression: FIRMWARE },
    ({ Items = [] }) => {
      for (const item of Items) tally.add(item[FIRMWARE]?.S);
    },
  );
  return { all: tally.all, firmware: tally.spread() };
}
