import { inputError } from "@rainhooks/core/errors";
import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import { requiredText, time } from "@rainhooks/stage/query/params/kinds";
import { formatLines } from "@rainhooks/stage/terminal/format-table";

const LABEL_WIDTH = 15;
const MIN_ID = 6;

/** Says why an event is not where it should be. */
export const trace = defineOperation({
  name: "trace",
  summary: "Show what became of a delivery: archive, decoding, filters, destinations, dead letters",
  request: {
    id: requiredText({
      description: "SNS message id of the delivery, or its start.",
      placeholder: "id",
      maxLength: 300,
    }),
    from: time({
      description: "First hour of arrival that is searched (default: one day before the end).",
    }),
    to: time({ description: "End, exclusive (default: now)." }),
  },
  permission: "values",
  changes: "nothing",
  command: { words: "trace", args: ["id"] },
  check: ({ id, from, to = Date.now() }) => {
    if (id.length < MIN_ID)
      throw inputError({
        field: "id",
        problem: `must be at least the first ${MIN_ID} characters of the id.`,
      });
    if (from !== undefined && to <= from)
      throw inputError({ field: "from", problem: "must be before the end." });
  },
  run: async (stage, { id, from, to }, { functions }) =>
    (await import("../trace/trace.ts")).traceDelivery(
      stage,
      id,
      { fromMs: from, toMs: to },
      functions,
    ),
  view: {
    result: ({ lines }) => formatLines(lines, LABEL_WIDTH),
    failed: ({ isArchived }) => !isArchived,
    exitCode: () => 3,
  },
});
