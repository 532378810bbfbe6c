import { DAY_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import { durationUpTo, optionalNumber, optionalText } from "@rainhooks/stage/query/params/kinds";
import { rangeOf } from "@rainhooks/stage/query/params/range";
import { RULE_PARAMS, ruleFieldsOf, ruleOf } from "../rule/rule-params.ts";

const MAX_NAME = 100;
const MAX_COUNT = 1_000_000_000;
const DEFAULT_DAYS = 7;
/** The name of a rule that needs none, because it is not stored. */
const UNNAMED = "tested";

const HELP = `
Examples:
  rainhooks watch test offline-10m --from 2026-11-01 --to 2026-11-08
  rainhooks watch test --kind offline --for 20m
  rainhooks watch test --file rule.json`;

/** Tries a rule on the archive: a rule of the stage, or one that its fields or its JSON say. */
export const ruleTest = defineOperation({
  name: "testRule",
  summary: "Try a rule on the archive: the alarms that it would have found; it sends and stores nothing",
  request: {
    rule: optionalText({
      description: "A rule of the stage, such as offline-10m.",
      ...{ placeholder: "rule", maxLength: MAX_NAME },
    }),
    maxTime: {
      ...durationUpTo("1d", {
        description: "Stop reading after this time, and show the alarms up to there.",
      }),
      fallback: { value: undefined },
    },
    maxDeliveries: optionalNumber(
      {
        description: "Stop reading after so many deliveries, and show the alarms up to there.",
        placeholder: "count",
      },
      { min: 1, max: MAX_COUNT },
    ),
    ...rangeOf("seven days before the end"),
    ...RULE_PARAMS,
  },
  permission: "values",
  changes: "nothing",
  command: { words: "watch test", args: ["rule"], help: HELP },
  run: async (stage, request, options) => {
    const { requireRule } = await import("../alarms/select-alarms.ts");
    const { ruleTableOf } = await import("./tables.ts");
    const { testRule } = await import("./test-rule.ts");
    const { rule: name, text, maxTime: maxTimeMs, maxDeliveries, to: toMs = Date.now() } = request;
    const { from: fromMs = toMs - DEFAULT_DAYS * DAY_MS } = request;
    const limits = { maxTimeMs, maxDeliveries };
    const isWritten = text !== undefined || Object.keys(ruleFieldsOf(request)).length > 0;
    if (isWritten) {
      const rule = ruleOf(text === undefined ? (name ?? UNNAMED) : name, request);
      return testRule(stage, { rule, fromMs, toMs, limits }, options);
    }
    if (name === undefined)
      throw new RainhooksError(
        "input-invalid",
        "Say which rule: the name of one of the stage, --file, or what it is, such as --kind offline --for 10m.",
      );
    const { last } = await requireRule(ruleTableOf(stage), name);
    return testRule(stage, { rule: last.rule, fromMs, toMs, limits }, options);
  },
  view: { result: async (tested) => (await import("../views/tested-rule.ts")).testedText(tested) },
});
