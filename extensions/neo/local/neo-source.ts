import type { FleetSource, OpenSource } from "@rainhooks/local/source";
import { archivedMessages } from "../fleet/archived-messages.ts";
import { sendToStage } from "../fleet/send.ts";
import { simulateNeo } from "../fleet/simulate-neo.ts";
import { type RunningNeo, startNeo } from "./start-neo.ts";

/** Starts a local RainMaker Neo for a stage. */
export const openSource: OpenSource = async (stage, { mqttPort }, onProblem) => {
  const running = await startNeo(stage, mqttPort, onProblem);
  return {
    ...fleetOf(running),
    line: `  RainMaker Neo ${running.mqttUrl} (shadows, presence, readings)`,
    stop: running.stop,
  };
};

/** Returns how nodes of a local RainMaker Neo are simulated. */
export function fleetOf(running: RunningNeo): FleetSource {
  return {
    simulate: async (stage, options, onSent) => ({
      ...(await simulateNeo(running, options, (messages) => sendToStage(stage, messages, onSent))),
      rules: [],
    }),
    accepted: archivedMessages,
  };
}
