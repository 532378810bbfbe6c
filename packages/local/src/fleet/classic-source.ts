import type { FilterRule } from "@rainhooks/filter/rule";
import { publish } from "../aws/publish.ts";
import { publisherOf } from "../rainmaker/publisher.ts";
import { SUPER_ADMIN } from "../rainmaker/rest/server.ts";
import { type RunningRainmaker, startRainmaker } from "../rainmaker/start.ts";
import type { FleetSource, OpenSource } from "../source.ts";
import { registerIntegrations, syncRules } from "./register-fleet.ts";
import { resumeFleet, simulate } from "./simulate.ts";

/** Starts a local RainMaker, and saves where it is for commands. */
export const openSource: OpenSource = async (
  stage,
  { apiPort: restPort, ...options },
  onProblem,
) => {
  const running = await startRainmaker({
    ...options,
    publisher: publisherOf(stage),
    restPort,
    onProblem,
  });
  const { baseUrl, mqttUrl, passwordFile } = running;
  await stage.announce({ baseUrl, mqttUrl, user: SUPER_ADMIN, passwordFile });
  return {
    ...fleetOf(running),
    line: `  RainMaker     ${baseUrl} (API), ${mqttUrl}`,
    resume: (fleet, continues) => resumeFleet(running, fleet, continues),
    stop: running.stop,
  };
};

/** Returns how nodes and people of a local RainMaker are simulated. */
export function fleetOf(running: RunningRainmaker): FleetSource {
  return {
    simulate: async (stage, options, onSent) => {
      let rules: readonly FilterRule[] = [];
      const simulation = await simulate(running, options, {
        register: async (nodes) => {
          rules = await registerIntegrations(running, stage.integration, nodes);
          await syncRules(stage, rules);
        },
        send: (messages) => publish(stage, messages, onSent),
      });
      return { ...simulation, rules };
    },
  };
}
