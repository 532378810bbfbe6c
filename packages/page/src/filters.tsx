import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { address, replaceParams, setParams } from "./address.ts";
import { Proposals } from "./layout.tsx";

const TYPING_MS = 400;

/** An input that filters; its value is a parameter of the address. */
export interface FilterField {
  readonly name: string;
  /**
   * What stands above it, and after a comma an example. One that is alone says this while it is
   * empty.
   */
  readonly title: string;
  /** What it says while it is empty. @defaultValue the example */
  readonly placeholder?: string;
  /** Values that are proposed. */
  readonly values?: readonly string[];
  /** Regular expression of its values. @defaultValue any text */
  readonly pattern?: string;
}

/** Returns what the inputs have in the address. */
export function valuesOf(
  fields: readonly FilterField[],
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(fields.map(({ name }) => [name, address.value.params[name]]));
}

interface FiltersProps {
  /** What is selected. */
  readonly label: string;
  readonly fields: readonly FilterField[];
  /** Those that are seldom needed: folded, unless one of them has a value. */
  readonly more?: readonly FilterField[];
  /** What else selects. */
  readonly children?: ComponentChildren;
}

/** Inputs that filter the list of a page. The key / goes to the first. */
export function Filters({ label, fields, more = [], children }: FiltersProps) {
  const area = useRef<HTMLElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const inputs = () => [...(area.current?.querySelectorAll<HTMLInputElement>("input") ?? [])];
  const { params } = address.value;
  const isSet = ({ name }: FilterField) => params[name] !== undefined;
  // Once open, it stays so: somebody may be typing another value there.
  const isOpen = useRef(false);
  isOpen.current ||= more.some(isSet);
  const stop = () => {
    clearTimeout(timer.current);
    timer.current = undefined;
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "/" || event.target instanceof HTMLInputElement) return;
      event.preventDefault();
      inputs()[0]?.focus();
    };
    addEventListener("keydown", onKey);
    return () => {
      removeEventListener("keydown", onKey);
      // What was being typed is not for the next page.
      stop();
    };
  }, []);
  useEffect(() => {
    for (const input of inputs())
      if (input !== document.activeElement && timer.current === undefined)
        input.value = params[input.name] ?? "";
  }, [params]);
  const typed = () => {
    stop();
    timer.current = setTimeout(() => {
      timer.current = undefined;
      replaceParams(
        Object.fromEntries(
          inputs().map(({ name, validity, value }) => [name, validity.valid ? value.trim() : ""]),
        ),
      );
    }, TYPING_MS);
  };
  const clear = () => {
    stop();
    setParams(Object.fromEntries([...fields, ...more].map(({ name }) => [name, ""])));
  };
  const draw = (
    { name, title, placeholder, values = [], pattern = ".*" }: FilterField,
    _: number,
    all: readonly FilterField[],
  ) => {
    const [label, example] = title.split(", ");
    const isAlone = all.length === 1;
    return (
      <label key={name}>
        {!isAlone && label}
        <input
          type="search"
          name={name}
          title={title}
          pattern={pattern}
          placeholder={placeholder ?? (isAlone ? title : example)}
          aria-label={title}
          list={values.length > 0 ? `filter-${name}` : undefined}
          maxLength={256}
          defaultValue={params[name] ?? ""}
          onInput={typed}
          onKeyDown={toFirstRow}
        />
        <Proposals id={`filter-${name}`} of={values} />
      </label>
    );
  };
  return (
    <search ref={area} class="filters" aria-label={label}>
      {fields.map(draw)}
      {children}
      {more.length > 0 && (
        <details open={isOpen.current}>
          <summary>More filters</summary>
          <div class="filters">{more.map(draw)}</div>
        </details>
      )}
      {[...fields, ...more].some(isSet) && (
        <button type="button" class="plain" onClick={clear}>
          Clear
        </button>
      )}
    </search>
  );
}

/** The arrow down goes to the first row of the list below. */
function toFirstRow(event: KeyboardEvent & { readonly currentTarget: HTMLInputElement }): void {
  const input = event.currentTarget;
  // It goes through what is proposed, too.
  if (event.key !== "ArrowDown" || (input.list?.options.length ?? 0) > 0) return;
  const rows = [...document.querySelectorAll<HTMLElement>("tbody :is(a, button.row)")];
  rows
    .find((row) => input.compareDocumentPosition(row) === Node.DOCUMENT_POSITION_FOLLOWING)
    ?.focus();
  event.preventDefault();
}
