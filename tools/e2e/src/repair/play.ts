import type { StagePlay } from "../stage-play.ts";

const READ_SLOTS = ["dynamodb:GetItem rainhooks-dev-table-slots"];
const READERS = ["forward", "fleet-samples", "node-status", "query-api", "time-series", "watch"];

/** The tables that are live, in tests of a whole stage. */
export const repairPlay: StagePlay = {
  calls: Object.fromEntries(READERS.map((name) => [name, READ_SLOTS])),
};
