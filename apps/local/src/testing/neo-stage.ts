import { neoEvents } from "@rainhooks/extensions/neo/functions/neo-events/function";
import { neoPublisherOf, type RunningNeo, startNeo } from "@rainhooks/extensions/neo/local/start-neo";
import { withShortWaits } from "@rainhooks/local/aws/stage/short-waits";
import { startTestStage, type TestStage, UNSCHEDULED_FUNCTIONS } from "./test-stage.ts";

/** A stage with a local RainMaker Neo in front of it. */
export interface NeoStage extends TestStage {
  readonly neo: RunningNeo;
}

/** Starts a stage and a local RainMaker Neo. */
export async function startNeoStage(): Promise<NeoStage> {
  const running = await startTestStage({
    source: "neo",
    functions: [...UNSCHEDULED_FUNCTIONS, withShortWaits(neoEvents)],
  });
  const problems: string[] = [];
  const neo = await startNeo({
    publisher: neoPublisherOf(running.stage, neoEvents.name),
    mqttPort: 0,
    onProblem: (text) => problems.push(text),
  });
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
