import { DAY_MS, HOUR_MS } from "@rainhooks/core/durations";
import { inputError } from "@rainhooks/core/errors";
import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/node-status-tables";
import type { OperationOptions } from "@rainhooks/stage/operate/progress";
import { type StageAccess, tableOf } from "@rainhooks/stage/reached";
import { dropsIn } from "../kinds/connection.ts";
import { type NodeRecord, wholeRecords } from "../stores/node-record.ts";

/** What to count. Times are epoch milliseconds. */
interface DropsRequest {
  readonly by: DropGrouping;
  /** @defaultValue a day before the end */
  readonly fromMs?: number | undefined;
  /** @defaultValue now */
  readonly toMs?: number | undefined;
}

/** How often nodes dropped. */
export interface CountedDrops {
  readonly by: DropGrouping;
  readonly fromMs: number;
  readonly toMs: number;
  readonly nodes: number;
  /** Those that drop most often first. */
  readonly groups: readonly GroupDrops[];
  /** True if there are more groups than were counted. */
  readonly isCut: boolean;
}

/** Days over which drops are counted at most: what is in the rows of most nodes. */
const MAX_DROP_DAYS = 30;
/** The end is now, a little after somebody has said when it starts. */
const SLACK_MS = HOUR_MS;

/**
 * Counts how often the nodes of a stage dropped, by what they have in common. It reads all nodes.
 *
 * @throws {RainhooksError} `input-invalid` for a range that is too long, or ends before it starts.
 */
export async function countDrops(
  reached: StageAccess,
  { by, toMs = Date.now(), fromMs = toMs - DAY_MS }: DropsRequest,
  { signal }: OperationOptions = {},
): Promise<CountedDrops> {
  if (fromMs >= toMs) throw inputError({ field: "toMs", problem: "must be after the start." });
  if (toMs - fromMs > MAX_DROP_DAYS * DAY_MS + SLACK_MS)
    throw inputError({ field: "fromMs", problem: `must be at most ${MAX_DROP_DAYS} days before the end.` });
  const tables = {
    client: reached.clients.dynamodb,
    tableName: tableOf(reached, nodeStatusTable.name),
    timelineTableName: tableOf(reached, nodeTimelineTable.name),
  };
  const counts = new DropCounts(by, { fromMs, toMs });
  let nodes = 0;
  for await (const record of wholeRecords(tables, { index: 0, count: 1 }, fromMs, by === "tag")) {
    signal?.throwIfAborted();
    nodes += 1;
    counts.add(record);
  }
  return { by, fromMs, toMs, nodes, groups: counts.groups(), isCut: counts.isFull };
}

/** What the nodes of a group have in common. */
export const DROP_GROUPINGS = ["firmware", "type", "model", "tag"] as const;

/** What the nodes of a group have in common. */
export type DropGrouping = (typeof DROP_GROUPINGS)[number];

/** How often the nodes of a group dropped. */
export interface GroupDrops {
  /** The firmware, type, model or tag; absent for nodes of which it is not known. */
  readonly group?: string;
  readonly nodes: number;
  /** How many of them are offline at the end. */
  readonly offline: number;
  readonly drops: number;
  /** Drops per node and day, in the time that is known of them. */
  readonly perNodeDay: number;
}

/** A time range, epoch milliseconds; the end is exclusive. */
interface Range {
  readonly fromMs: number;
  readonly toMs: number;
}

interface Sums {
  nodes: number;
  offline: number;
  drops: number;
  knownMs: number;
}

/** Groups that are counted at most: each takes about 200 bytes. */
const MAX_GROUPS = 100_000;

/**
 * Counts how often nodes dropped, by what they have in common. A drop belongs to the firmware that the node
 * had then. It keeps sums alone, so that it takes the same memory for any number of nodes.
 */
export class DropCounts {
  readonly #by: DropGrouping;
  readonly #range: Range;
  readonly #sums = new Map<string | undefined, Sums>();

  constructor(by: DropGrouping, range: Range) {
    this.#by = by;
    this.#range = range;
  }

  /** True if there are more groups than can be counted. */
  get isFull(): boolean {
    return this.#sums.size >= MAX_GROUPS;
  }

  /** Adds a node. Its record must have all changes of the range, and the state before it. */
  add(whole: NodeRecord): void {
    const { fromMs, toMs } = this.#range;
    const firmwareReports = whole.firmwareReports.filter(({ atMs }) => atMs < toMs);
    const record = { ...whole, firmwareReports };
    const drops = dropsIn(record.transitions).filter((atMs) => atMs >= fromMs && atMs < toMs);
    const transitions = record.transitions.filter(({ atMs }) => atMs < toMs);
    const knownFromMs = Math.max(fromMs, Math.min(transitions[0]?.atMs ?? toMs, toMs));
    const isOffline = transitions.at(-1)?.state === "offline";
    for (const group of this.#groupsOf(record)) {
      const sums = this.#of(group);
      if (sums === undefined) continue;
      sums.nodes += 1;
      sums.offline += isOffline ? 1 : 0;
      if (this.#by === "firmware") continue;
      sums.drops += drops.length;
      sums.knownMs += toMs - knownFromMs;
    }
    if (this.#by === "firmware") this.#addByFirmware(record, drops, knownFromMs);
  }

  /** Returns the groups, those that drop most often first. */
  groups(): GroupDrops[] {
    const shown = [...this.#sums].map(([group, { nodes, offline, drops, knownMs }]) => ({
      ...(group === undefined ? {} : { group }),
      ...{ nodes, offline, drops },
      perNodeDay: knownMs === 0 ? 0 : (drops * DAY_MS) / knownMs,
    }));
    return shown.toSorted((a, b) => b.perNodeDay - a.perNodeDay || b.nodes - a.nodes);
  }

  #groupsOf({ config, tags, firmwareReports }: NodeRecord): readonly (string | undefined)[] {
    if (this.#by === "tag") return tags.length === 0 ? [undefined] : tags;
    return this.#by === "firmware" ? [firmwareReports.at(-1)?.firmware] : [config?.[this.#by]];
  }

  #of(group: string | undefined): Sums | undefined {
    const known = this.#sums.get(group);
    if (known !== undefined || this.isFull) return known;
    const made = { nodes: 0, offline: 0, drops: 0, knownMs: 0 };
    this.#sums.set(group, made);
    return made;
  }

  /**
   * Divides the time and the drops of a node among the firmwares that it had. Before its first report, it is
   * not known which.
   */
  #addByFirmware({ firmwareReports }: NodeRecord, drops: readonly number[], knownFromMs: number): void {
    const { toMs } = this.#range;
    const times = [{ firmware: undefined, atMs: 0 }, ...firmwareReports];
    times.forEach(({ firmware, atMs }, index) => {
      const startMs = Math.max(knownFromMs, atMs);
      const endMs = Math.min(toMs, times[index + 1]?.atMs ?? toMs);
      const own = drops.filter((dropMs) => dropMs >= startMs && dropMs < endMs).length;
      if (endMs <= startMs && own === 0) return;
      const sums = this.#of(firmware);
      if (sums === undefined) return;
      sums.drops += own;
      sums.knownMs += Math.max(0, endMs - startMs);
    });
  }
}
