import { DAY_MS } from "@rainhooks/core/durations";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { MAX_NAME_LENGTH, truncateText } from "../fields/texts.ts";
import { fleetSamplesTable } from "../node-status-tables.ts";
import { type FirmwareCount, type FirmwareSpread, MAX_COMMON } from "./spread.ts";

/** How many nodes were in each state at a time, and how many had which firmware. */
export interface FleetSample {
  /**
   * When the nodes that are offline or in unknown state were counted: a whole minute, epoch
   * milliseconds.
   */
  readonly atMs: number;
  /**
   * All nodes at `countedAtMs`; `undefined` if that is too long ago, or if more are offline or in
   * unknown state at `atMs`.
   */
  readonly all: number | undefined;
  /** All nodes that are neither offline nor in unknown state; `undefined` if `all` is. */
  readonly online: number | undefined;
  readonly offline: number;
  readonly unknown: number;
  /** When all nodes and their firmwares were counted, epoch milliseconds; `atMs` or earlier. */
  readonly countedAtMs: number;
  /** Firmwares of the nodes at `countedAtMs`. */
  readonly firmware: FirmwareSpread;
}

/** What is counted for a sample. */
export type FleetCounts = Omit<FleetSample, "online">;

/** Makes a sample of counts from different moments. */
export function sampleOf({ all, ...counts }: FleetCounts): FleetSample {
  const online = (all ?? -1) - counts.offline - counts.unknown;
  return online < 0 ? { ...counts, all: undefined, online: undefined } : { ...counts, all, online };
}

/** Returns the partition of a sample: its day in UTC. */
export function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, "2026-11-24".length);
}

/**
 * Converts a sample to its item. It has less than 20 KB, and less than 1 KB with up to about 30
 * firmwares.
 */
export function encodeSample(sample: FleetSample, keepDays: number): Attributes {
  const { atMs, all, offline, unknown, countedAtMs, firmware } = sample;
  return {
    [fleetSamplesTable.partitionKey.name]: { S: dayOf(atMs) },
    [fleetSamplesTable.sortKey.name]: number(atMs),
    ...(all === undefined ? {} : { all: number(all) }),
    offline: number(offline),
    unknown: number(unknown),
    countedAtMs: number(countedAtMs),
    // A list, not a map: firmware is text from devices, which must not be the key of an object.
    firmware: {
      L: firmware.common.map(({ firmware: text, nodes }) => ({ L: [{ S: text }, number(nodes)] })),
    },
    otherFirmware: number(firmware.others),
    unknownFirmware: number(firmware.unknown),
    [fleetSamplesTable.ttlAttribute]: number(Math.ceil((atMs + keepDays * DAY_MS) / 1000)),
  };
}

/** Converts an item of the table to a sample. */
export function decodeSample(item: Attributes): FleetSample {
  const common = (item["firmware"]?.L ?? []).slice(0, MAX_COMMON).map(
    ({ L: [text, nodes] = [] }): FirmwareCount => ({
      firmware: truncateText(text?.S ?? "", MAX_NAME_LENGTH),
      nodes: Number(nodes?.N ?? 0),
    }),
  );
  const of = (name: string) => Number(item[name]?.N ?? 0);
  return sampleOf({
    atMs: of(fleetSamplesTable.sortKey.name),
    all: item["all"] === undefined ? undefined : of("all"),
    offline: of("offline"),
    unknown: of("unknown"),
    countedAtMs: of("countedAtMs"),
    firmware: { common, others: of("otherFirmware"), unknown: of("unknownFirmware") },
  });
}

function number(value: number) {
  return { N: String(value) };
}
