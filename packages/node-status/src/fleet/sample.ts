import { DAY_MS } from "@rainhooks/core";
import type { Attributes } from "@rainhooks/dynamodb";
import { cut, MAX_NAME_LENGTH } from "../fields/texts.ts";
import { fleetSamplesTable } from "../node-status-tables.ts";
import { type FirmwareCount, type FirmwareSpread, MAX_COMMON } from "./spread.ts";

/** How many nodes were in each state at a time, and how many had which firmware. */
export interface FleetSample {
  /** When the nodes that are offline or in unknown state were counted: a whole minute, epoch milliseconds. */
  readonly atMs: number;
  /** All nodes. Never less than the nodes that are offline or in unknown state, although they may be counted later. */
  readonly all: number;
  /** All nodes that are neither offline nor in unknown state. */
  readonly online: number;
  readonly offline: number;
  readonly unknown: number;
  /** When all nodes and their firmwares were counted, epoch milliseconds; `atMs` or earlier. */
  readonly countedAtMs: number;
  /** Firmwares of the nodes at `countedAtMs`. */
  readonly firmware: FirmwareSpread;
}

/** What is counted for a sample. */
export type FleetCounts = Omit<FleetSample, "online">;

/**
 * Makes a sample of counts from different moments. If more nodes are offline or in unknown state than there were nodes when all were
 * counted, there are new nodes: `all` is then the number of those, and no node is online.
 */
export function sampleOf(counts: FleetCounts): FleetSample {
  const { offline, unknown } = counts;
  const all = Math.max(counts.all, offline + unknown);
  return { ...counts, all, online: all - offline - unknown };
}

/** Returns the partition of a sample: its day in UTC. */
export function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, "2026-11-24".length);
}

/** Converts a sample to its item. It has less than 20 KB, and less than 1 KB with up to about 30 firmwares. */
export function encodeSample(sample: FleetSample, keepDays: number): Attributes {
  const { atMs, all, offline, unknown, countedAtMs, firmware } = sample;
  return {
    [fleetSamplesTable.partitionKey.name]: { S: dayOf(atMs) },
    [fleetSamplesTable.sortKey.name]: number(atMs),
    all: number(all),
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
      firmware: cut(text?.S ?? "", MAX_NAME_LENGTH),
      nodes: Number(nodes?.N ?? 0),
    }),
  );
  const of = (name: string) => Number(item[name]?.N ?? 0);
  return sampleOf({
    atMs: of(fleetSamplesTable.sortKey.name),
    all: of("all"),
    offline: of("offline"),
    unknown: of("unknown"),
    countedAtMs: of("countedAtMs"),
    firmware: { common, others: of("otherFirmware"), unknown: of("unknownFirmware") },
  });
}

function number(value: number) {
  return { N: String(value) };
}
