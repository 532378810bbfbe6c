import { DAY_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import { durationUpTo, optionalNumber, optionalText, time } from "@rainhooks/stage/query/params/kinds";
import { rangeOf } from "@rainhooks/stage/query/params/range";
import type { Rule, RuleVersion } from "../rule/rule.ts";
import { RULE_PARAMS, ruleFieldsOf, ruleOf } from "../rule/rule-params.ts";
import { versionsOf } from "../rules/rule-history.ts";
import type { WatchRuleTable } from "../rules/rule-store.ts";

const MAX_NAME = 1000;
const MAX_COUNT = 1_000_000_000;
const DEFAULT_DAYS = 7;
/** The name of a rule that needs none, because it is not stored. */
const UNNAMED = "tested";
/** The name of a stored rule, with or without a version: such as `offline-10m@3`. */
const STORED = /^([a-z][a-z0-9-]*)(?:@(\d+))?$/;

const TEST_HELP = `
Examples:
  rainhooks watch test offline-10m --from 2026-11-01 --to 2026-11-08
  rainhooks watch test offline-10m --against offline-10m@3
  rainhooks watch test --kind offline --for 20m --against offline-10m
  rainhooks watch test rule.json`;

const maxTime = durationUpTo("1d", {
  description: "Stop reading after this time, and show the alarms up to there.",
});

/** Tries a rule on the archive. It can read a file of this machine, so it is not let out of the terminal. */
const test = defineOperation({
  name: "rule-test",
  summary: "Try a rule on the archive: the alarms that it would have found; it sends and stores nothing",
  request: {
    rule: optionalText({
      description:
        "A rule of the stage, such as offline-10m or offline-10m@3; or a JSON file, such as rule.json (- for standard input).",
      ...{ placeholder: "rule", maxLength: MAX_NAME },
    }),
    against: optionalText({
      description: "Show only differences to a rule of the stage, such as offline-10m@3.",
      ...{ placeholder: "rule", maxLength: MAX_NAME },
    }),
    maxTime: { ...maxTime, fallback: { value: undefined } },
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
  permission: "terminal",
  changes: "nothing",
  command: { words: "watch test", args: ["rule"], help: TEST_HELP },
  run: async (stage, request, options) => {
    const { ruleTableOf } = await import("./tables.ts");
    const { testRule } = await import("./test-rule.ts");
    const { against, maxTime: maxTimeMs, maxDeliveries, to: toMs = Date.now() } = request;
    const { from: fromMs = toMs - DEFAULT_DAYS * DAY_MS } = request;
    const table = ruleTableOf(stage);
    const asked = {
      ...{ rule: await testedRule(table, request), fromMs, toMs, limits: { maxTimeMs, maxDeliveries } },
      against: against === undefined ? undefined : await storedVersion(table, against),
    };
    return testRule(stage, asked, options);
  },
  view: {
    json: ({ load, alarms, differences, ...read }) => ({ ...read, load, alarms, differences }),
    result: async (tested) => (await import("../views/tested-rule.ts")).testedText(tested),
  },
});

/** Compares the stored alarms with those that the archive shows. */
const verify = defineOperation({
  name: "verifyAlarms",
  summary: "Compare the stored alarms with those that the archive shows; exits with 1 if they differ",
  request: {
    ...rangeOf("a day before the end"),
    to: time({ description: "End, exclusive (default: 20 minutes ago)." }),
  },
  permission: "read",
  changes: "nothing",
  command: { words: "watch verify" },
  run: async (stage, { from: fromMs, to: toMs }, options) =>
    (await import("./verify-alarms.ts")).verifyAlarms(stage, { fromMs, toMs }, options),
  view: {
    result: async (verified) => (await import("../views/tested-rule.ts")).verifiedAlarmsText(verified),
    failed: ({ differences }) => differences.length > 0,
  },
});

/** Returns the rule to try: the fields that were given, a file, or a rule of the stage. */
async function testedRule(
  table: WatchRuleTable,
  request: Parameters<typeof ruleOf>[1] & { readonly rule: string | undefined },
): Promise<Rule> {
  const { rule: named, text } = request;
  if (text !== undefined) return ruleOf(named, request);
  if (Object.keys(ruleFieldsOf(request)).length > 0) return ruleOf(named ?? UNNAMED, request);
  if (named === undefined)
    throw new RainhooksError(
      "input-invalid",
      "Say which rule: the name of one of the stage, --file, or what it is, such as --kind offline --for 10m.",
    );
  if (STORED.test(named)) return (await storedVersion(table, named)).rule;
  const { readInput } = await import("@rainhooks/stage/commands/read-input");
  return ruleOf(undefined, { text: await readInput(named, "Give a file with the rule.") });
}

async function storedVersion(table: WatchRuleTable, text: string): Promise<RuleVersion> {
  const [, name = text, number] = STORED.exec(text) ?? [];
  const { requireRule } = await import("../alarms/select-alarms.ts");
  const versions = versionsOf(await requireRule(table, name));
  const found =
    number === undefined ? versions.at(-1) : versions.find(({ version }) => version === Number(number));
  if (found !== undefined) return found;
  const known = versions.map(({ version }) => `${name}@${version}`).join(", ");
  throw new RainhooksError("not-found", `There is no version ${text}. There are: ${known}.`);
}

/** What says what rules find, and have found. */
export const JUDGING_OPERATIONS = [test, verify] as const;
