import { archive } from "@rainhooks/app-archive/webhook";
import { nodeStatus } from "@rainhooks/app-node-status/webhook";
import { timeSeries } from "@rainhooks/app-time-series/webhook";
import type { DeliveryKind } from "@rainhooks/capacity";
import type { BilledUnits } from "../units.ts";
import type { CountedScenario } from "./count.ts";
import { type Dollars, dollarsOf, nativeDollars, sumOf } from "./dollars.ts";

/** What a stage can choose. */
export interface Choice {
  readonly name: string;
  /** How deliveries reach the archive. */
  readonly archive: DeliveryKind;
  /** Whether node-status gets the events that only show that a node is alive. */
  readonly quiet: boolean;
}

/** The choices that are compared; the first one is what a stage has by itself. */
export const CHOICES: readonly Choice[] = [
  { name: "as it is by itself: a queue each", archive: "queue", quiet: true },
  { name: "the archive with `firehose` delivery", archive: "firehose", quiet: true },
  { name: "the archive with `direct` delivery", archive: "direct", quiet: true },
  { name: "node-status without its quiet events", archive: "queue", quiet: false },
  { name: "`firehose` delivery, and no quiet events", archive: "firehose", quiet: false },
];

const MILLION = 1e6;

/** Returns what a million events cost us with a choice. */
export function ourDollars(counted: CountedScenario, choice: Choice): Dollars {
  const { ours, withoutQuiet } = counted;
  return perMillion(counted, [
    [archiveDollars(counted, choice), 1],
    queued(choice.quiet ? ours.nodeStatus : withoutQuiet, nodeStatus.function.memoryMiB),
    queued(ours.timeSeries, timeSeries.function.memoryMiB),
  ]);
}

/** Returns what a million events cost with the rivals. */
export function rivalDollars(counted: CountedScenario): Dollars {
  const { rivals } = counted;
  return perMillion(counted, [
    queued(rivals.archive, archive.function.memoryMiB),
    queued(rivals.nodeStatus, nodeStatus.function.memoryMiB),
    queued(rivals.timeSeries, timeSeries.function.memoryMiB),
  ]);
}

type Part = readonly [Dollars, number];
const NONE: Part = [{ delivery: 0, lambda: 0, writes: 0, reads: 0, firehose: 0 }, 0];

function queued(units: BilledUnits | undefined, memoryMiB: number): Part {
  return units === undefined ? NONE : [dollarsOf(units, memoryMiB, "queue"), 1];
}

function archiveDollars(
  { ours, directArchive, events, messageBytes }: CountedScenario,
  choice: Choice,
): Dollars {
  const { memoryMiB } = archive.function;
  if (choice.archive === "firehose") return nativeDollars(messageBytes);
  if (choice.archive === "direct")
    return sumOf([[dollarsOf(directArchive, memoryMiB, "direct"), events / directArchive.events]]);
  return sumOf([queued(ours.archive, memoryMiB)]);
}

function perMillion({ events }: CountedScenario, parts: readonly Part[]): Dollars {
  return sumOf(parts.map(([dollars, factor]) => [dollars, (factor * MILLION) / events]));
}
