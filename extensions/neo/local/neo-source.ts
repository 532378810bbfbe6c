import { publish } from "@rainhooks/local/aws/publish";
import type { FleetSource, OpenSource } from "@rainhooks/local/source";
import { archivedMessages } from "../fleet/archived-messages.ts";
import { isForQueue, sendToQueue } from "../fleet/send-to-queue.ts";
import { simulateNeo } from "../fleet/simulate-neo.ts";
import { neoEvents } from "../functions/neo-events/function.ts";
import { neoPublisherOf, type RunningNeo, startNeo } from "./start-neo.ts";

/** Starts a local RainMaker Neo for a stage. */
export const openSource: OpenSource = async (stage, { mqttPort }, onProblem) => {
  const running = await startNeo({ publisher: neoPublisherOf(stage), mqttPort, onProblem });
  return {
    ...fleetOf(running),
    line: `  RainMaker Neo ${running.mqttUrl} (shadows, presence, readings)`,
    stop: running.stop,
  };
};

/**
 * Returns how nodes of a local RainMaker Neo are simulated: their messages go to the topics of their types, or
 * to the queue of the function that makes events of them.
 */
export function fleetOf(running: RunningNeo): FleetSource {
  return {
    simulate: async ({ clients, provisioned }, options, onSent) => {
      const queue = provisioned.queues.get(neoEvents.name)?.queue;
      const simulation = await simulateNeo(running, options, async (messages) => {
        const forTopics = messages.filter((one) => !isForQueue(one));
        const published = await publish(clients.sns, provisioned.topics, forTopics, onSent);
        const queued = await sendToQueue(clients.sqs, queue?.url, messages.filter(isForQueue), onSent);
        return [...published, ...queued];
      });
      return { ...simulation, rules: [] };
    },
    accepted: archivedMessages,
  };
}
