import { DAY_MS, HOUR_MS } from "@rainhooks/core/durations";
import type { FleetOptions } from "@rainhooks/local/fleet/fleet-options";
import { publisherOf } from "@rainhooks/local/rainmaker/publisher";
import { startRainmaker } from "@rainhooks/local/rainmaker/start";
import { IGNORED_PROGRESS, type RunResult, runFleet, STALL_MS } from "../run-fleet.ts";
import type { NeoStage } from "./neo-stage.ts";
import type { TestStage } from "./test-stage.ts";

/**
 * Time of day at which the simulated time ends: some nodes are switched off at night, the others are online.
 */
const ENDS_AT_UTC_MS = 3 * HOUR_MS;

/** Simulates a fleet of RainMaker Neo for a test's stage, disconnects it, and returns the result. */
export async function runTestNeoFleet(
  { stage, neo }: NeoStage,
  options: Omit<FleetOptions, "endsAtMs">,
): Promise<RunResult> {
  try {
    return await runFleet(stage, neo, { ...options, endsAtMs: endOfFleet() }, STALL_MS, IGNORED_PROGRESS);
  } finally {
    await neo.stop({ quiet: true });
  }
}

function endOfFleet(): number {
  return Math.floor((Date.now() - ENDS_AT_UTC_MS) / DAY_MS) * DAY_MS + ENDS_AT_UTC_MS;
}

/**
 * Simulates a fleet for a test's stage, disconnects it, and returns the result. Its simulated time always
 * ends at the same time of day, so that a seed gives the same fleet whenever the test runs.
 */
export async function runTestFleet(
  { stage, dataDir }: TestStage,
  options: Omit<FleetOptions, "endsAtMs">,
  onProblem: (text: string) => void,
  casing: "pascal" | "snake" = "pascal",
): Promise<RunResult> {
  const rainmaker = await startRainmaker({
    publisher: publisherOf(stage),
    dataDir,
    casing,
    restPort: 0,
    mqttPort: 0,
    onProblem,
  });
  try {
    return await runFleet(
      stage,
      rainmaker,
      { ...options, endsAtMs: endOfFleet() },
      STALL_MS,
      IGNORED_PROGRESS,
    );
  } finally {
    await rainmaker.stop({ quiet: true });
  }
}
