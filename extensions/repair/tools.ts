import { planTool, type StageTool } from "@rainhooks/stage/query/stage-tool";
import { countDeadLetters } from "./dead-letters/queues.ts";

/** Says whether something has to be done. It has no contents of dead letters. */
export const toolsOf = (): readonly StageTool[] => [
  planTool({
    name: "countDeadLetters",
    summary: "Number of dead letters of each webhook and worker, as SQS estimates it",
    params: {},
    make: async (reached) => ({ queues: await countDeadLetters(reached) }),
  }),
];
