import { Select } from "@rainhooks/page/select.jsx";
import { listOf, numberOrText } from "@rainhooks/page/typed";
import { useState } from "preact/hooks";
import type { RuleKindAnswer } from "../routes/rule-kinds.ts";
import type { RuleFormField } from "../rule/rule-form.ts";

/** A rule that is being written, by its fields. */
export type RuleDraft = Readonly<Record<string, unknown>>;

interface Props {
  readonly kinds: readonly RuleKindAnswer[];
  readonly rule: RuleDraft;
  readonly onChange: (rule: RuleDraft) => void;
}

/** The fields of a rule, one by one. */
export function RuleForm({ kinds, rule, onChange }: Props) {
  const kind = kinds.find((one) => one.kind === rule["kind"]);
  const set = (name: string, value: unknown) => {
    const { [name]: _, ...rest } = rule;
    onChange(value === undefined ? rest : { ...rule, [name]: value });
  };
  return (
    <div class="rule-form">
      <label>
        <span>kind</span>
        <Select
          value={kind?.kind ?? ""}
          of={[["", "choose what to look for"], ...kinds.map((one) => one.kind)]}
          onChange={(value) => onChange(ofKind(kinds, rule, value))}
        />
      </label>
      {kind?.fields.map((field) => (
        <Field key={`${kind.kind} ${field.name}`} of={field} value={rule[field.name]} onChange={set} />
      ))}
    </div>
  );
}

/** Returns a rule of another kind: its example, with what the rule has that rules of this kind can have. */
function ofKind(kinds: readonly RuleKindAnswer[], rule: RuleDraft, name: string): RuleDraft {
  const kind = kinds.find((one) => one.kind === name);
  if (kind === undefined) return rule;
  const kept = Object.entries(rule).filter(([field]) => kind.fields.some((one) => one.name === field));
  return { ...kind.example, ...(rule["kind"] === undefined ? {} : Object.fromEntries(kept)), kind: name };
}

interface FieldProps {
  readonly of: RuleFormField;
  readonly value: unknown;
  readonly onChange: (name: string, value: unknown) => void;
}

function Field({ of, value, onChange }: FieldProps) {
  const { name, about, required } = of;
  return (
    <label>
      <span>
        {name}
        {required === true && <span aria-hidden="true"> *</span>}
      </span>
      <Input of={of} value={value} onChange={onChange} />
      <small class="note" id={`about-${name}`}>
        {about}
      </small>
    </label>
  );
}

/** What a field is written with. What it must be is said by the reader of rules. */
function Input({ of: { name, input, choices, required }, value, onChange }: FieldProps) {
  const named = { "aria-label": name, "aria-describedby": `about-${name}` };
  if (input === "flag")
    return (
      <input
        {...named}
        type="checkbox"
        checked={value === true}
        onChange={({ currentTarget }) => onChange(name, currentTarget.checked ? true : undefined)}
      />
    );
  if (choices !== undefined)
    return (
      <Select
        name={name}
        describedBy={`about-${name}`}
        value={String(value ?? "")}
        of={[...(required === true ? [] : [["", "as usual"] as const]), ...choices]}
        onChange={(chosen) => onChange(name, chosen || undefined)}
      />
    );
  return (
    <Written
      named={named}
      of={{ name, input, isRequired: required === true }}
      value={value}
      onChange={onChange}
    />
  );
}

interface WrittenProps {
  readonly named: { readonly "aria-label": string; readonly "aria-describedby": string };
  readonly of: Pick<RuleFormField, "name" | "input"> & { readonly isRequired: boolean };
  readonly value: unknown;
  readonly onChange: FieldProps["onChange"];
}

/** A field that is typed: what stands there stays as it was typed, until the rule has another value. */
function Written({ named, of: { name, input, isRequired }, value, onChange }: WrittenProps) {
  const [typed, setTyped] = useState<{ readonly text: string; readonly value: unknown }>();
  const isOwn = typed !== undefined && JSON.stringify(typed.value) === JSON.stringify(value);
  const stored = Array.isArray(value) ? value.join(", ") : String(value ?? "");
  return (
    <input
      {...named}
      // Not of type "number": of a text that is none, the browser returns nothing.
      type="text"
      inputMode={input === "number" ? "decimal" : "text"}
      required={isRequired}
      maxLength={1000}
      value={isOwn ? typed.text : stored}
      onInput={({ currentTarget: { value: text } }) => {
        const next = written(input, text);
        setTyped({ text, value: next });
        onChange(name, next);
      }}
    />
  );
}

/** Returns what was written as JSON has it; `undefined` for nothing. */
function written(input: RuleFormField["input"], text: string): unknown {
  if (text.trim() === "") return undefined;
  if (input === "number") return numberOrText(text);
  return input === "list" ? listOf(text) : text;
}
