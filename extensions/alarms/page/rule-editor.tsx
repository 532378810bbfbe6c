import { act, get } from "@rainhooks/page/api";
import { ConfirmButton } from "@rainhooks/page/confirmed.jsx";
import { ONCE, useReading } from "@rainhooks/page/live";
import { Select } from "@rainhooks/page/select.jsx";
import { listOf } from "@rainhooks/page/typed";
import type { RuleKindAnswer } from "../routes/rule-kinds.ts";
import type { RuleFormField } from "../rule/rule-form.ts";
import { BackTest } from "./back-test.tsx";
import { draft, draftOf, type RuleDraft } from "./draft.ts";

/** A rule that is written field by field, tried on the past, and added. */
export function RuleEditor() {
  const rule = draft.value;
  const { found: kinds = [] } = useReading<readonly RuleKindAnswer[]>(
    (signal) => get("/console/rules/kinds", {}, signal),
    ONCE,
    [],
  );
  const kind = kinds.find((one) => one.kind === rule["kind"]);
  const set = (name: string, value: string | boolean) => {
    const { [name]: _, ...rest } = rule;
    draft.value = value === "" || value === false ? rest : { ...rest, [name]: value };
  };
  return (
    <section class="card editor" aria-labelledby="editor">
      <h2 id="editor">Write a rule</h2>
      <div class="rule-form">
        <label>
          <span>kind</span>
          <Select
            name="kind"
            value={kind?.kind ?? ""}
            of={[["", "choose what to look for"], ...kinds.map((one) => one.kind)]}
            onChange={(value) => {
              draft.value = ofKind(kinds, rule, value);
            }}
          />
        </label>
        {kind?.fields.map((field) => (
          <Field key={`${kind.kind} ${field.name}`} of={field} value={rule[field.name]} onChange={set} />
        ))}
      </div>
      {kind !== undefined && (
        <>
          <BackTest of={rule} />
          <ConfirmButton
            title="Add the rule"
            isPrimary
            question="Add this rule to the stage? It holds 90 seconds later; a rule of the same name is replaced."
            run={() => act("rule-add", { ...rule, destinations: listOf(String(rule["destinations"] ?? "")) })}
          />
        </>
      )}
    </section>
  );
}

/** Returns a rule of another kind: its example, with what the rule has that rules of this kind can have. */
function ofKind(kinds: readonly RuleKindAnswer[], rule: RuleDraft, name: string): RuleDraft {
  const kind = kinds.find((one) => one.kind === name);
  if (kind === undefined) return rule;
  const kept = Object.entries(rule).filter(([field]) => kind.fields.some((one) => one.name === field));
  return { ...draftOf(kind.example), ...Object.fromEntries(rule["kind"] === undefined ? [] : kept) };
}

interface FieldProps {
  readonly of: RuleFormField;
  readonly value: string | true | undefined;
  readonly onChange: (name: string, value: string | boolean) => void;
}

/** A field and what it is. What it must be is said when the rule is tried or added. */
function Field(props: FieldProps) {
  const { name, about, required } = props.of;
  return (
    <label>
      <span>
        {name}
        {required === true && <span aria-hidden="true"> *</span>}
      </span>
      <Input {...props} />
      <small class="note" id={`about-${name}`}>
        {about}
      </small>
    </label>
  );
}

function Input({ of: { name, input, choices, required }, value = "", onChange }: FieldProps) {
  const named = { "aria-label": name, "aria-describedby": `about-${name}` };
  if (input === "flag")
    return (
      <input
        {...named}
        type="checkbox"
        checked={value === true}
        onChange={({ currentTarget }) => onChange(name, currentTarget.checked)}
      />
    );
  if (choices === undefined)
    return (
      <input
        {...named}
        value={String(value)}
        maxLength={1000}
        onInput={({ currentTarget }) => onChange(name, currentTarget.value)}
      />
    );
  return (
    <Select
      name={name}
      describedBy={`about-${name}`}
      value={String(value)}
      of={[...(required === true ? [] : [["", "as usual"] as const]), ...choices]}
      onChange={(chosen) => onChange(name, chosen)}
    />
  );
}
