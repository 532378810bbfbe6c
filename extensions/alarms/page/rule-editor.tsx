import { commaList } from "@rainhooks/core/fields";
import { act, ask, get } from "@rainhooks/page/api";
import { useMutation } from "@rainhooks/page/asked";
import { Form, type FormField, type FormValues, writtenIn } from "@rainhooks/page/form.jsx";
import { ONCE, useReading } from "@rainhooks/page/live";
import { Signal } from "@rainhooks/page/signal";
import { say } from "@rainhooks/page/toasts.jsx";
import { useState } from "preact/hooks";
import type { TestedRule } from "../operations/test-rule.ts";
import type { RuleKindAnswer } from "../routes/watch.ts";
import type { RuleFormField } from "../rule/rule-params.ts";
import { BackTest, TEST_LIMITS, TEST_RANGES } from "./back-test.tsx";

/** The rule that somebody is writing. It stays when they look at another page. */
export const draft = new Signal<FormValues>({});

/** Returns a rule as a form shows it. */
export function draftOf(rule: object): FormValues {
  return Object.fromEntries(Object.entries(rule).map(([field, value]) => [field, String(value)]));
}

/** A rule that is written field by field, tried on the past, and added. */
export function RuleEditor() {
  const rule = draft.value;
  const [from, setFrom] = useState<string>(TEST_RANGES[0][0]);
  const { found: kinds = [] } = useReading<readonly RuleKindAnswer[]>(
    (signal) => get("/console/rules/kinds", {}, signal),
    ONCE,
    [],
  );
  const test = useMutation(async (signal) => {
    const { name: _, latch: _latch, destinations: _destinations, ...fields } = writtenIn(rule);
    return { rule, tested: await ask<TestedRule>("testRule", { ...fields, ...TEST_LIMITS, from }, signal) };
  });
  const kind = kinds.find((one) => one.kind === rule["kind"]);
  const set = (name: string, value: string) => {
    draft.value = name === "kind" ? ofKind(kinds, rule, value) : { ...rule, [name]: value };
  };
  const send = async () => {
    const destinations = commaList(rule["destinations"] ?? "");
    say(await act("rule-add", { ...writtenIn(rule), destinations }), "Add the rule");
  };
  const kindField: FormField = {
    ...{ name: "kind", about: "what to look for", input: "choice", isRequired: true },
    choices: [["", "choose what to look for"], ...kinds.map((one) => one.kind)],
  };
  return (
    <section class="card editor" aria-labelledby="editor">
      <h2 id="editor">Write a rule</h2>
      <p class="note">It holds 90 seconds after it was added. A rule of the same name is replaced.</p>
      <Form
        fields={[kindField, ...(kind?.fields.map(fieldOf) ?? [])]}
        values={{ ...rule, kind: kind?.kind ?? "" }}
        set={set}
        submit="Add the rule"
        send={send}
        refused={test.failure}
      >
        {kind !== undefined && <BackTest of={rule} test={test} from={from} setFrom={setFrom} />}
      </Form>
    </section>
  );
}

/** Returns a field of a rule as one of the form: a choice that can be left out is as usual then. */
function fieldOf({ name, about, input, choices, required }: RuleFormField): FormField {
  const isRequired = required === true;
  const field = { name, title: name, about, input, isRequired };
  if (choices === undefined) return field;
  return { ...field, choices: isRequired ? choices : [["", "as usual"], ...choices] };
}

/** Returns a rule of another kind: its example, with what the rule has that rules of this kind can have. */
function ofKind(kinds: readonly RuleKindAnswer[], rule: FormValues, name: string): FormValues {
  const kind = kinds.find((one) => one.kind === name);
  if (kind === undefined) return rule;
  const kept = Object.entries(rule).filter(([field]) => kind.fields.some((one) => one.name === field));
  return { ...draftOf(kind.example), ...Object.fromEntries(rule["kind"] === undefined ? [] : kept) };
}
