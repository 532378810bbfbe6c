import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { address, setTyped } from "./address.ts";

const TYPING_MS = 400;

interface FiltersProps {
  /** What is selected. */
  readonly label: string;
  /** Parameters of the address, what their inputs are called, and what these say if it is something else. */
  readonly fields: readonly (readonly [name: string, title: string, placeholder?: string])[];
  /** What else selects. */
  readonly children?: ComponentChildren;
}

/** Inputs that filter the list of a page; their values are in the address. The key / goes to the first. */
export function Filters({ label, fields, children }: FiltersProps) {
  const inputs = useRef(new Map<string, HTMLInputElement>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const changes = useRef<Readonly<Record<string, string>>>({});
  const { params } = address.value;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "/" || event.target instanceof HTMLInputElement) return;
      event.preventDefault();
      inputs.current.get(fields[0]?.[0] ?? "")?.focus();
    };
    addEventListener("keydown", onKey);
    return () => {
      removeEventListener("keydown", onKey);
      // What was being typed is not for the next page.
      clearTimeout(timer.current);
    };
  }, []);
  useEffect(() => {
    for (const [name, input] of inputs.current)
      if (input !== document.activeElement && changes.current[name] === undefined)
        input.value = params[name] ?? "";
  }, [params]);
  const typed = (name: string, value: string) => {
    clearTimeout(timer.current);
    changes.current = { ...changes.current, [name]: value.trim() };
    timer.current = setTimeout(() => {
      setTyped(changes.current);
      changes.current = {};
    }, TYPING_MS);
  };
  return (
    <search class="filters" aria-label={label}>
      {fields.map(([name, title, placeholder = title]) => (
        <input
          key={name}
          ref={(input) => {
            if (input !== null) inputs.current.set(name, input);
          }}
          type="search"
          aria-label={title}
          placeholder={placeholder}
          maxLength={256}
          defaultValue={params[name] ?? ""}
          onInput={({ currentTarget }) => typed(name, currentTarget.value)}
          onKeyDown={toFirstRow}
        />
      ))}
      {children}
    </search>
  );
}

/** The arrow down goes to the first row of the list below. */
function toFirstRow(event: KeyboardEvent & { readonly currentTarget: HTMLInputElement }): void {
  if (event.key !== "ArrowDown") return;
  const rows = [...document.querySelectorAll<HTMLElement>("tbody :is(a, button.row)")];
  const input = event.currentTarget;
  rows.find((row) => input.compareDocumentPosition(row) === Node.DOCUMENT_POSITION_FOLLOWING)?.focus();
  event.preventDefault();
}
