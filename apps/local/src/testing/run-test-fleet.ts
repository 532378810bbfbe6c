import type { FleetOptions } from "@rainhooks/fleet";
import { type RunResult, runFleet, STALL_MS, UNSEEN } from "@rainhooks/fleet";
import { publisherOf, startRainmaker } from "@rainhooks/local-rainmaker";
import type { TestStage } from "./test-stage.ts";

/** Lets a fleet live in front of a test's stage, ends the fleet, and answers what became of its messages. */
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
    return await runFleet(stage, rainmaker, { ...options, endsAtMs: Date.now() }, STALL_MS, UNSEEN);
  } finally {
    await rainmaker.stop({ quiet: true });
  }
}
