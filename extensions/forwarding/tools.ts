import { requiredText } from "@rainhooks/stage/query/params/kinds";
import { planTool, type StageTool } from "@rainhooks/stage/query/stage-tool";
import { REPLAY_DEFAULTS } from "../repair/replay/request.ts";
import { planResume, readResumeState } from "./operations/plan-resume.ts";

/** What resuming a destination would do, for an assistant. */
export const toolsOf = (): readonly StageTool[] => [
  planTool({
    name: "planResume",
    summary:
      "What a destination missed while it was paused, and how long sending it would take. Sends nothing",
    params: {
      destination: requiredText({ description: "Id of the destination.", placeholder: "id", maxLength: 64 }),
    },
    make: async (reached, { destination: id }) => {
      const state = await readResumeState(reached, id);
      const { maxDeadLetters } = REPLAY_DEFAULTS;
      // What an active destination was sent, and what is not archived, has no plan.
      return {
        destination: id,
        state: state.destination.state,
        ...(["missed", "nothing-missed"].includes(state.kind)
          ? { plan: await planResume(reached, state, { maxDeadLetters }) }
          : {}),
      };
    },
  }),
];
