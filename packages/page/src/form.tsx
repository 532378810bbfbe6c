import { commaList } from "@rainhooks/core/fields";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { ApiError } from "./api.ts";
import { type Choice, Failure, Proposals, Select } from "./layout.tsx";
import { inZone } from "./time.ts";

/** What was written or chosen, by the names of fields; a flag is `true` or `false`. */
export type FormValues = Readonly<Record<string, string>>;

/** The values of a form that somebody writes. */
export function useValues(first: FormValues = {}) {
  const [values, setValues] = useState(first);
  const set = (name: string, value: string) => setValues((now) => ({ ...now, [name]: value }));
  return { values, set, setValues };
}

/** Returns the values that say something, without spaces around them. */
export function writtenIn(values: FormValues): FormValues {
  const trimmed = Object.entries(values).map(([name, value]) => [name, value.trim()] as const);
  return Object.fromEntries(trimmed.filter(([, value]) => value !== "" && value !== "false"));
}

/** A field of a form, from the table of fields of what is sent. */
export interface FormField {
  /** Its name in the request, by which the server says what is wrong with it. */
  readonly name: string;
  /** @defaultValue its name in words */
  readonly title?: string;
  /** What it is, and how it is written. */
  readonly about?: string;
  /**
   * `flag`, `choice`, `events` (several choices, none for all), `template` (lines), `secret`,
   * `time` (in the zone of the page); anything else is a text.
   */
  readonly input: string;
  readonly choices?: readonly Choice[];
  /** Values that a text proposes. */
  readonly proposed?: readonly string[] | undefined;
  readonly isRequired?: boolean;
}

interface Props {
  readonly fields: readonly FormField[];
  /** Those that are seldom needed: folded, unless one of them is wrong. */
  readonly more?: readonly FormField[];
  /** Absent if there are no fields. */
  readonly values?: FormValues;
  readonly set?: (name: string, value: string) => void;
  readonly submit: string;
  /** It is aborted when the form is left. */
  readonly send: (signal: AbortSignal) => Promise<unknown>;
  /** Why something else was refused that was asked with its values, such as a preview. */
  readonly refused?: unknown;
  /** False while something must be read before it can be sent. @defaultValue true */
  readonly isReady?: boolean;
  /** True for what cannot be taken back. */
  readonly isFinal?: boolean;
  /** Of a form that asks a question: says no. */
  readonly cancel?: () => void;
  /** Shown below the fields, such as a preview. */
  readonly children?: ComponentChildren;
}

/**
 * A form. What is wrong stands at its fields, all of it at once; the first of them gets the focus.
 */
export function Form(props: Props) {
  const { fields, more = [], values = {}, set, submit, send, refused, children } = props;
  const { isReady = true, isFinal = false, cancel } = props;
  const form = useRef<HTMLFormElement>(null);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const end = useRef(new AbortController());
  useEffect(() => () => end.current.abort(), []);
  useEffect(() => setFailure(refused), [refused]);
  useEffect(() => form.current?.querySelector<HTMLElement>("[aria-invalid]")?.focus(), [failure]);
  const mistakes = failure instanceof ApiError ? failure.mistakes : [];
  const mistakeOf = (name: string) => mistakes.find(({ field }) => field === name);
  const isShown = ({ field }: (typeof mistakes)[number]) =>
    [...fields, ...more].some(({ name }) => name === field);
  const submitted = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    setFailure(undefined);
    await send(end.current.signal).catch(setFailure);
    setBusy(false);
  };
  const draw = (of: FormField) => {
    const mistake = mistakeOf(of.name);
    const text = mistake && inZone([mistake.problem, mistake.remedy].filter(Boolean).join(" "));
    const value = values[of.name] ?? "";
    return (
      <Field key={of.name} of={of} value={value} mistake={text} set={(to) => set?.(of.name, to)} />
    );
  };
  return (
    <form
      ref={form}
      class="rule-form"
      autocomplete="off"
      onSubmit={(event) => void submitted(event)}
    >
      {fields.map(draw)}
      {children}
      {more.length > 0 && (
        <details open={more.some(({ name }) => mistakeOf(name) !== undefined)}>
          <summary>More</summary>
          <div class="rule-form">{more.map(draw)}</div>
        </details>
      )}
      {failure !== undefined && !(mistakes.length > 0 && mistakes.every(isShown)) && (
        <Failure of={failure} />
      )}
      <p class="buttons">
        {cancel !== undefined && (
          <button type="button" disabled={isBusy} onClick={cancel}>
            No
          </button>
        )}
        <button type="submit" class={isFinal ? "danger" : "primary"} disabled={isBusy || !isReady}>
          {isBusy ? `${submit} …` : submit}
        </button>
      </p>
    </form>
  );
}

/** `batchWait` as `batch wait`. */
export function wordsOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

interface FieldProps {
  readonly of: FormField;
  readonly value: string;
  readonly mistake: string | undefined;
  readonly set: (value: string) => void;
}

function Field(props: FieldProps) {
  const { of, mistake } = props;
  const { name, title = wordsOf(name), about, input, isRequired } = of;
  // A dialog can have a field of the same name as the form behind it.
  const id = useId();
  if (input === "events") return <Several {...props} />;
  return (
    <label for={id}>
      <span>
        {title}
        {isRequired && <span aria-hidden="true"> *</span>}
      </span>
      <Control {...props} id={id} />
      <small class={mistake === undefined ? "note" : "bad"} id={`${id}-about`}>
        {mistake ?? about}
      </small>
    </label>
  );
}

function Control({ of, id, value, mistake, set }: FieldProps & { readonly id: string }) {
  const { name, title = wordsOf(name), input, choices = [] } = of;
  const own = {
    name,
    id,
    "aria-label": title,
    "aria-describedby": `${id}-about`,
    ...(mistake === undefined ? {} : { "aria-invalid": true }),
  };
  const changed = ({ currentTarget }: { readonly currentTarget: { readonly value: string } }) =>
    set(currentTarget.value);
  const toggled = ({ currentTarget }: { readonly currentTarget: { readonly checked: boolean } }) =>
    set(String(currentTarget.checked));
  if (input === "flag")
    return <input {...own} type="checkbox" checked={value === "true"} onChange={toggled} />;
  if (input === "choice")
    return <Select attributes={own} value={value} of={choices} onChange={set} />;
  if (input === "template") return <textarea {...own} rows={6} value={value} onInput={changed} />;
  if (input === "secret")
    return (
      <input {...own} type="password" autocomplete="new-password" value={value} onInput={changed} />
    );
  if (input === "time")
    return <input {...own} type="datetime-local" value={value} onInput={changed} />;
  return (
    <>
      <input
        {...own}
        type="text"
        value={value}
        onInput={changed}
        list={of.proposed && `${id}-list`}
      />
      {of.proposed && <Proposals id={`${id}-list`} of={of.proposed} />}
    </>
  );
}

/** Several choices; none stands for all. */
function Several({
  of: { name, title = wordsOf(name), choices = [] },
  value,
  mistake,
  set,
}: FieldProps) {
  const chosen = value === "all" ? [] : commaList(value);
  const toggle = (one: string, is: boolean) =>
    set([...chosen.filter((other) => other !== one), ...(is ? [one] : [])].join(",") || "all");
  return (
    <fieldset>
      <legend>{title}</legend>
      <small class={mistake === undefined ? "note" : "bad"}>{mistake ?? "none: all of them"}</small>
      {choices.map(String).map((one) => (
        <label key={one}>
          <input
            type="checkbox"
            checked={chosen.includes(one)}
            onChange={({ currentTarget }) => toggle(one, currentTarget.checked)}
          />{" "}
          {one}
        </label>
      ))}
    </fieldset>
  );
}
