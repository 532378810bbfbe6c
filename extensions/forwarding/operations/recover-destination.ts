import { RainhooksError } from "@rainhooks/core/errors";
import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import {
  REPLAY_SHARED,
  REPLAY_TIMES,
  REPLAY_VIEW,
  startedReplay,
  waitField,
} from "../../repair/operations/replay.ts";
import { deadLettersField, rateField } from "../../repair/replay/fields.ts";
import { destinationField } from "./destination-field.ts";

const RATE = 50;

/** Sends a destination the events of a time range that failed permanently or were dropped. */
export const recover = defineOperation({
  ...REPLAY_SHARED,
  name: "recover",
  summary: "Send what a destination wants of a time and has not got, such as what failed for good",
  request: {
    id: destinationField,
    ...REPLAY_TIMES,
    rate: rateField(RATE),
    maxDeadLetters: deadLettersField("New dead letters of forward after which it fails."),
    wait: waitField,
  },
  command: { words: "destinations recover", args: ["id"] },
  title: ({ id }) => `Recover ${id}`,
  plan: async (stage, { id, from: fromMs, to: toMs, ...rest }, context) => {
    const { forwardingOf, requireDestination } = await import("./forwarding-of.ts");
    const { requestFor } = await import("./send-missed.ts");
    const destination = await requireDestination(forwardingOf(stage), id);
    const { state } = destination;
    if (state !== "active")
      throw new RainhooksError("input-invalid", `${id} is ${state}, so it gets no events.`, {
        hint: { to: "Resume it first", command: `destinations resume ${id}` },
      });
    const range = { fromMs, toMs: Number.POSITIVE_INFINITY };
    const question = { ...rest, ...requestFor(destination, range, rest), fromMs, toMs };
    const { planReplay } = await import("../../repair/replay/plan-replay.ts");
    return planReplay(stage, question, context);
  },
  run: (stage, _, context) => startedReplay(stage, context),
  view: {
    ...REPLAY_VIEW,
    planNotes: ({ plan }, { id }) => [
      `Only what the log of attempts does not show as delivered to ${id} is sent.`,
      ...plan.problems,
    ],
  },
});
