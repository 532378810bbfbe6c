import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { RainhooksError } from "@rainhooks/core/errors";
import { isJsonObject, tryParseJson } from "@rainhooks/core/json";
import type { BatterySize } from "./messages.ts";

/** What a battery does, one after the other. */
export type Phase = "publishing" | "waiting" | "verifying" | "rebuilding" | "replaying";

/** How far a battery is. */
export interface BatteryState extends BatterySize {
  /** When the change of rules that was written before the first event holds, epoch milliseconds. */
  readonly changeAtMs: number;
  /** Parts that are published. A part that was interrupted is published again: these are more duplicates. */
  readonly parts: number;
  readonly published: number;
  readonly kills: number;
  /** Changes of rules while the stage ran. */
  readonly ruleChanges: number;
  readonly runs: number;
  /** Time that it took so far. */
  readonly seconds: { readonly [Name in Phase]?: number };
  readonly faults: readonly string[];
}

function pathOf(dataDir: string): string {
  return join(dataDir, "battery.json");
}

/**
 * Reads how far the battery of a data folder is; `undefined` if it has none.
 *
 * @throws {RainhooksError} `input-invalid` for a battery of another size.
 */
export async function readState(
  dataDir: string,
  size: Omit<BatterySize, "baseMs">,
): Promise<BatteryState | undefined> {
  const text = await readFile(pathOf(dataDir), "utf8").catch(() => "");
  const parsed: unknown = tryParseJson(text);
  if (!isJsonObject(parsed)) return undefined;
  const state = parsed as unknown as BatteryState;
  const isSame = state.seed === size.seed && state.events === size.events && state.nodes === size.nodes;
  if (isSame) return state;
  throw new RainhooksError(
    "input-invalid",
    `${dataDir} has a battery of ${state.events} events of ${state.nodes} nodes with seed ${state.seed}. Use these, or another --data.`,
  );
}

/** Saves how far a battery is. */
export async function writeState(dataDir: string, state: BatteryState): Promise<void> {
  await writeFile(pathOf(dataDir), `${JSON.stringify(state)}\n`);
}
