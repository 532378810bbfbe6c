import { fleetSampleWrites } from "@rainhooks/node-status/table-use";
import { defineFunction } from "@rainhooks/webhook/define";

/** Counts the nodes of a stage every five minutes, so that the fleet can be shown over time. */
export const fleetSamples = defineFunction({
  trigger: "rate",
  name: "fleet-samples",
  part: "samples",
  description: "How many nodes are online, offline and unknown over time, and their firmwares.",
  everyMinutes: 5,
  resources: fleetSampleWrites,
  // Counting a million nodes takes about 5 s of a processor.
  function: { memoryMiB: 1024, timeoutS: 300 },
  settings: {
    countAllEvery: {
      kind: "duration",
      description: "Time after which all nodes are counted again at the latest, with their firmwares.",
      default: "1h",
      max: "7d",
    },
    keepDays: { description: "Days until a sample is deleted.", default: 400, min: 1, max: 400 },
  },
});
