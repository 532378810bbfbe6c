import { act, changes } from "@rainhooks/page/api";
import { Actions } from "@rainhooks/page/confirm-button.jsx";
import { type Reading, useGet } from "@rainhooks/page/live";
import { type Column, countColumn, ReadTable, textColumn } from "@rainhooks/page/table.jsx";
import { timeText } from "@rainhooks/page/time";
import type { ResultOf } from "@rainhooks/stage/query/question";
import type { listWatchRulesQuestion } from "../questions/alarms.ts";
import { ruleText } from "../rule/rule-text.ts";
import { draft, draftOf, edit, RuleEditor } from "./rule-editor.tsx";
import { silenceRule } from "./silence.tsx";

const EVERY_MS = 10_000;

/** Rules and maintenance, as a page reads them. */
export type RulesResult = ResultOf<typeof listWatchRulesQuestion>;

/** Reads rules and maintenance every few seconds while a component is shown. */
export function useWatchRules(): Reading<RulesResult> {
  return useGet("/v1/watch-rules", {}, EVERY_MS, [changes.value]);
}

type Rule = RulesResult["rules"][number];

/** The rules of the stage, and a place to write one. */
export function Rules() {
  const rules = useWatchRules();
  return (
    <>
      <section class="card" aria-label="Rules">
        <button type="button" onClick={() => edit(draft.value)}>
          Write a rule …
        </button>
        <ReadTable
          label="Rules"
          columns={COLUMNS}
          of={rules}
          lines={12}
          rows={(result) => result.rules}
          keyOf={({ name }) => name}
          actions={(rule) => <RuleActions of={rule} />}
          empty="No rules yet, so nothing is an alarm. Choose what to look for below, and try it on the past."
        />
      </section>
      {(rules.result ?? rules.failure) && <RuleEditor />}
    </>
  );
}

const COLUMNS: readonly Column<Rule>[] = [
  textColumn("Rule", ({ name }) => name),
  textColumn("Looks for", ({ rule }) => ruleText(rule), { kind: "wide" }),
  textColumn("State", ({ status, fromMs }) =>
    status === "starting" ? `holds from ${timeText(fromMs)}` : status,
  ),
  countColumn("Version", ({ version }) => version),
];

function RuleActions({ of }: { readonly of: Rule }) {
  const { name, status, rule } = of;
  const isPaused = status === "paused";
  const resume = { title: "Resume", question: `Let ${name} find alarms again?` };
  const pause = {
    title: "Pause",
    question: `Pause ${name} until it is resumed? Its alarms close.`,
  };
  return (
    <>
      <button
        type="button"
        aria-label={`Edit ${name}`}
        onClick={() => edit(draftOf(rule as object), of)}
      >
        Edit
      </button>{" "}
      <Actions
        about={name}
        of={[
          silenceRule(name),
          {
            ...(isPaused ? resume : pause),
            run: () => act(isPaused ? "rule-resume" : "rule-pause", { name }),
          },
          {
            title: "Remove",
            question: `Remove ${name}? Its alarms close.`,
            run: () => act("rule-rm", { name }),
          },
        ]}
      />
    </>
  );
}
