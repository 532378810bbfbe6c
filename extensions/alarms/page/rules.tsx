import { act, changes, get } from "@rainhooks/page/api";
import { ConfirmButton } from "@rainhooks/page/confirmed.jsx";
import { type Reading, useReading } from "@rainhooks/page/live";
import { Pending } from "@rainhooks/page/message.jsx";
import { Table } from "@rainhooks/page/table.jsx";
import { Text } from "@rainhooks/page/text.jsx";
import { timeText } from "@rainhooks/page/time";
import type { AnswerOf } from "@rainhooks/stage/query/question";
import type { listWatchRulesQuestion } from "../questions/alarms.ts";
import { ruleText } from "../rule/rule-text.ts";
import { draft, draftOf, RuleEditor } from "./rule-editor.tsx";
import { SilenceRule } from "./silence.tsx";

const EVERY_MS = 10_000;

type WatchRules = AnswerOf<typeof listWatchRulesQuestion>;

/** Reads rules and maintenance every few seconds while a component is shown. */
export function useWatchRules(): Reading<WatchRules> {
  return useReading<WatchRules>(
    (signal) => get("/v1/watch-rules", {}, signal),
    () => EVERY_MS,
    [changes.value],
  );
}

/** The rules of the stage, and a place to write one. */
export function Rules() {
  const { found, failure } = useWatchRules();
  return (
    <>
      <section class="card" aria-label="Rules">
        <Pending of={{ found, failure }} lines={2} />
        {found !== undefined && <RuleTable of={found.rules} />}
      </section>
      <RuleEditor />
    </>
  );
}

function RuleTable({ of }: { readonly of: WatchRules["rules"] }) {
  return (
    <Table
      label="Rules"
      columns={[
        { name: "name", title: "Rule", cell: ({ name }) => <b>{name}</b>, order: ({ name }) => name },
        {
          name: "what",
          title: "Looks for",
          kind: "wide",
          cell: ({ rule }) => <Text of={ruleText(rule)} max={200} />,
        },
        {
          name: "now",
          title: "State",
          cell: ({ status, fromMs }) => (status === "starting" ? `holds from ${timeText(fromMs)}` : status),
          order: ({ status }) => status,
        },
        { name: "version", title: "Version", kind: "number", cell: ({ version }) => version },
      ]}
      rows={of}
      keyOf={({ name }) => name}
      actions={(rule) => <RuleActions of={rule} />}
      empty="No rules yet, so nothing is an alarm. Choose what to look for below, and try it on the past."
    />
  );
}

function RuleActions({ of: { name, status, rule } }: { readonly of: WatchRules["rules"][number] }) {
  const isPaused = status === "paused";
  return (
    <>
      <button
        type="button"
        aria-label={`Edit ${name}`}
        onClick={() => {
          draft.value = draftOf(rule as object);
          document.getElementById("editor")?.scrollIntoView();
        }}
      >
        Edit
      </button>{" "}
      <SilenceRule of={name} />
      <ConfirmButton
        title={isPaused ? "Resume" : "Pause"}
        about={name}
        question={
          isPaused
            ? `Let ${name} find alarms again?`
            : `Let ${name} find nothing until it is resumed? Its alarms close.`
        }
        run={() => act(isPaused ? "rule-resume" : "rule-pause", { name })}
      />
      <ConfirmButton
        title="Remove"
        about={name}
        question={`Remove ${name}? Its alarms close.`}
        run={() => act("rule-rm", { name })}
      />
    </>
  );
}
