import { commaList } from "@rainhooks/core/fields";
import { act, ask } from "@rainhooks/page/api";
import { Bars } from "@rainhooks/page/bars.jsx";
import { Form, type FormField, type FormValues, writtenIn } from "@rainhooks/page/form.jsx";
import { Card, Failure, Select } from "@rainhooks/page/layout.jsx";
import { useGet, useMutation } from "@rainhooks/page/live";
import { Signal } from "@rainhooks/page/signal";
import { IdLink, Text } from "@rainhooks/page/text.jsx";
import { timeText } from "@rainhooks/page/time";
import { say } from "@rainhooks/page/toasts.jsx";
import { countIn } from "@rainhooks/stage/routes/bins";
import { useState } from "preact/hooks";
import { loadText } from "../alarms/load.ts";
import type { TestedRule } from "../operations/test-rule.ts";
import type { RuleKindResult } from "../routes/watch.ts";
import type { RuleFormField } from "../rule/rule-params.ts";

/** Times on which a rule can be tried. */
const TEST_RANGES = [
  ["1d", "the last day"],
  ["7d", "the last 7 days"],
] as const;
/** How far the archive is read: a terminal can read all. */
const TEST_LIMITS = { maxTime: "1m", maxDeliveries: 1_000_000 };
const MAX_SHOWN = 50;
/** Parts of the time in which alarms are counted. */
const BINS = 48;

/** The rule that somebody is writing. It stays when they look at another page. */
export const draft = new Signal<FormValues>({});

/** The stored rule that is edited: who has changed it since is not overwritten. */
const edited = new Signal<{ readonly name: string; readonly version: number } | undefined>(
  undefined,
);

/** Returns a rule as a form shows it. */
export function draftOf(rule: object): FormValues {
  return Object.fromEntries(Object.entries(rule).map(([field, value]) => [field, String(value)]));
}

/** Shows a rule in the editor, and goes there. */
export function edit(rule: FormValues, of = edited.value): void {
  draft.value = rule;
  edited.value = of;
  document.querySelector<HTMLElement>("#editor select")?.focus();
}

/** A rule that is written field by field, tried on the past, and added. */
export function RuleEditor() {
  const rule = draft.value;
  const [from, setFrom] = useState<string>(TEST_RANGES[0][0]);
  const { result: kinds = [] } = useGet<readonly RuleKindResult[]>("/console/rules/kinds");
  // It sends and stores nothing.
  const test = useMutation(async (signal) => {
    const { name: _, latch: _latch, destinations: _destinations, ...fields } = writtenIn(rule);
    return {
      rule,
      tested: await ask<TestedRule>("testRule", { ...fields, ...TEST_LIMITS, from }, signal),
    };
  });
  const kind = kinds.find((one) => one.kind === rule["kind"]);
  const set = (name: string, value: string) => {
    draft.value = name === "kind" ? ofKind(kinds, rule, value) : { ...rule, [name]: value };
  };
  const send = async () => {
    const destinations = commaList(rule["destinations"] ?? "");
    const written = writtenIn(rule);
    const version = edited.value?.name === written["name"] ? edited.value?.version : undefined;
    const added = await act<NonNullable<typeof edited.value>>("rule-add", {
      ...written,
      version,
      destinations,
    });
    edited.value = added;
    say(added, "Add the rule");
  };
  const kindField: FormField = {
    name: "kind",
    about: "what to look for",
    input: "choice",
    isRequired: true,
    choices: [["", "choose what to look for"], ...kinds.map((one) => one.kind)],
  };
  return (
    <Card
      title="Write a rule"
      id="editor"
      note="It holds 90 seconds after it was added. A rule of the same name is replaced."
    >
      <Form
        fields={[kindField, ...(kind?.fields.map(fieldOf) ?? [])]}
        values={{ ...rule, kind: kind?.kind ?? "" }}
        set={set}
        send={send}
        refused={test.failure}
        submit="Add the rule"
      >
        {kind !== undefined && (
          <p>
            <button type="button" disabled={test.isBusy} onClick={() => void test.ask()}>
              {test.isBusy ? "Reading the archive …" : "Try it on the past"}
            </button>{" "}
            {test.isBusy && (
              <button type="button" onClick={test.stop}>
                Stop
              </button>
            )}{" "}
            <Select name="Time to try it on" value={from} of={TEST_RANGES} onChange={setFrom} />
          </p>
        )}
        {kind !== undefined && test.result !== undefined && (
          <Result of={test.result.tested} isOld={test.result.rule !== rule} />
        )}
      </Form>
    </Card>
  );
}

/** Returns a field of a rule as one of the form: a choice that can be left out is as usual then. */
function fieldOf({ name, about, input, choices, required }: RuleFormField): FormField {
  const isRequired = required === true;
  const field = { name, title: name, about, input, isRequired };
  if (choices === undefined) return field;
  return { ...field, choices: isRequired ? choices : [["", "as usual"], ...choices] };
}

/**
 * Returns a rule of another kind: its example, with what the rule has that rules of this kind can
 * have.
 */
function ofKind(kinds: readonly RuleKindResult[], rule: FormValues, name: string): FormValues {
  const kind = kinds.find((one) => one.kind === name);
  if (kind === undefined) return rule;
  const kept = Object.entries(rule).filter(([field]) =>
    kind.fields.some((one) => one.name === field),
  );
  return {
    ...draftOf(kind.example),
    ...Object.fromEntries(rule["kind"] === undefined ? [] : kept),
  };
}

/** What a rule would have found. */
function Result({ of, isOld }: { readonly of: TestedRule; readonly isOld: boolean }) {
  const { alarms, deliveries, fromMs, toMs, reachedMs, load } = of;
  if (reachedMs !== undefined && reachedMs <= fromMs)
    return <Failure of={tooEarlyText(reachedMs)} />;
  const bins = { fromMs, binMs: Math.max(1, Math.ceil((toMs - fromMs) / BINS)), count: BINS };
  const began = alarms.map(({ startMs }) => startMs);
  return (
    <section aria-label="Result" aria-live="polite">
      <p>
        <strong>{loadText(alarms.length, load)}</strong>{" "}
        {isOld && <span class="note">(before the last change)</span>}
      </p>
      <p class="note">
        {deliveries.toLocaleString("en")} deliveries were read, for {timeText(fromMs)} to{" "}
        {timeText(reachedMs ?? toMs)}. {reachedMs !== undefined && STOPPED}
      </p>
      <Bars
        name="Alarms that would have begun"
        bins={bins}
        drawn={{ failed: countIn(began, bins) }}
      />
      <ul class="examples">
        {alarms.slice(0, MAX_SHOWN).map(({ alarmId, nodeId, series, startMs, raisedMs, endMs }) => (
          <li key={alarmId}>
            <IdLink page="nodes" id={nodeId} />{" "}
            {series !== undefined && <Text of={series} max={60} />} from {timeText(startMs)}, raised{" "}
            {timeText(raisedMs)}, {endMs === undefined ? "not ended" : `ended ${timeText(endMs)}`}
          </li>
        ))}
      </ul>
      {alarms.length > MAX_SHOWN && <p class="note">… and {alarms.length - MAX_SHOWN} more.</p>}
    </section>
  );
}

const STOPPED =
  "Reading was stopped there: after a minute, or a million deliveries. A terminal can read all: rainhooks watch test";

const tooEarlyText = (reachedMs: number) =>
  `Reading was stopped at ${timeText(reachedMs)}, before this time begins: a day before it is read, too. Choose the last day, or run it in a terminal, which can read all: rainhooks watch test`;
