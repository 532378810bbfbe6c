import type { StagePlay } from "../stage-play.ts";

/** Samples of the fleet, in tests of a whole stage. */
export const samplesPlay: StagePlay = {
  calls: {
    "fleet-samples": [
      "dynamodb:PutItem rainhooks-dev-fleet-samples",
      "dynamodb:Query rainhooks-dev-fleet-samples",
      "dynamodb:Query rainhooks-dev-node-status/index/by-id",
      "dynamodb:Query rainhooks-dev-node-status/index/by-status",
    ],
  },
};
