import type { RunResult } from "@rainhooks/app-local/run-fleet";
import { type NightOptions, runUntilNight } from "@rainhooks/app-local/testing/run-test-fleet";
import {
  startTestStage,
  type TestStage,
  UNSCHEDULED_FUNCTIONS,
} from "@rainhooks/app-local/testing/test-stage";
import { neo as extension } from "@rainhooks/extensions/neo/extension";
import type { RunningNeo } from "@rainhooks/extensions/neo/fleet/simulate-neo";
import { neoEvents } from "@rainhooks/extensions/neo/functions/neo-events/function";
import { fleetOf, startNeo } from "@rainhooks/extensions/neo/local/start-neo";
import { withShortWaits } from "@rainhooks/local/aws/stage/short-waits";

/** A stage with a local RainMaker Neo in front of it. */
export interface NeoStage extends TestStage {
  readonly neo: RunningNeo;
}

/** Starts a stage and a local RainMaker Neo. */
export async function startNeoStage(): Promise<NeoStage> {
  const running = await startTestStage({
    source: extension.name,
    functions: [...UNSCHEDULED_FUNCTIONS, withShortWaits(neoEvents)],
  });
  const problems: string[] = [];
  const neo = await startNeo(running.stage, 0, (text) => problems.push(text));
  return {
    ...running,
    problems,
    neo,
    stop: async () => {
      await neo.stop({ quiet: true });
      await running.stop();
    },
  };
}

/**
 * Simulates a fleet of RainMaker Neo for a test's stage, disconnects it, and returns the result.
 */
export function runTestNeoFleet(
  { stage, neo }: NeoStage,
  options: NightOptions,
): Promise<RunResult> {
  return runUntilNight(stage, { ...fleetOf(neo), stop: neo.stop }, options);
}
