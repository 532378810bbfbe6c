import type { FleetOptions } from "@rainhooks/fleet";
import { IGNORED_PROGRESS, type RunResult, runFleet, STALL_MS } from "@rainhooks/fleet";
import { publisherOf, startRainmaker } from "@rainhooks/local-rainmaker";
import type { TestStage } from "./test-stage.ts";

/** Simulates a fleet for a test's stage, disconnects it, and returns the result. */
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
    return await runFleet(stage, rainmaker, { ...options, endsAtMs: Date.now() }, STALL_MS, IGNORED_PROGRESS);
  } finally {
    await rainmaker.stop({ quiet: true });
  }
}
