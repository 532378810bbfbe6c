import { DAY_MS, HOUR_MS } from "@rainhooks/core/durations";
import type { Stage } from "@rainhooks/local/aws/stage/stage";
import { fleetOf } from "@rainhooks/local/fleet/classic-source";
import type { FleetOptions } from "@rainhooks/local/fleet/fleet-options";
import { publisherOf } from "@rainhooks/local/rainmaker/publisher";
import { startRainmaker } from "@rainhooks/local/rainmaker/start";
import type { FleetSource, RunningSource } from "@rainhooks/local/source";
import { type RunResult, runFleet } from "../run-fleet.ts";
import type { TestStage } from "./test-stage.ts";

/**
 * Time of day at which the simulated time ends: some nodes are switched off at night, the others
 * are online.
 */
const ENDS_AT_UTC_MS = 3 * HOUR_MS;

/** Options of a fleet whose simulated time ends at night. */
export type NightOptions = Omit<FleetOptions, "endsAtMs">;

/** Simulates a fleet of a source for a test's stage, disconnects it, and returns the result. */
export async function runUntilNight(
  stage: Stage,
  source: FleetSource & Pick<RunningSource, "stop">,
  options: NightOptions,
): Promise<RunResult> {
  const endsAtMs = Math.floor((Date.now() - ENDS_AT_UTC_MS) / DAY_MS) * DAY_MS + ENDS_AT_UTC_MS;
  try {
    return await runFleet(stage, source, { ...options, endsAtMs });
  } finally {
    await source.stop({ quiet: true });
  }
}

/**
 * Simulates a fleet for a test's stage, disconnects it, and returns the result. Its simulated time
 * always ends at the same time of day, so that a seed gives the same fleet whenever the test runs.
 */
export async function runTestFleet(
  { stage, dataDir }: TestStage,
  options: NightOptions,
  onProblem: (text: string) => void,
  casing: "pascal" | "snake" = "pascal",
): Promise<RunResult> {
  const rainmaker = await startRainmaker({
    publisher: publisherOf(stage),
    dataDir,
    casing,
    onProblem,
  });
  return runUntilNight(stage, { ...fleetOf(rainmaker), stop: rainmaker.stop }, options);
}
