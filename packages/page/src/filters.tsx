import { useEffect, useRef } from "preact/hooks";
import { address, setTyped } from "./address.ts";

const TYPING_MS = 400;

interface FiltersProps {
  /** What is selected. */
  readonly label: string;
  /** Parameters of the address, and what their inputs say. */
  readonly fields: readonly (readonly [name: string, title: string])[];
}

/** Inputs that filter the list of a page; their values are in the address. */
export function Filters({ label, fields }: FiltersProps) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // What was being typed is not for the next page.
  useEffect(() => () => clearTimeout(timer.current), []);
  const changes = useRef<Readonly<Record<string, string>>>({});
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
      {fields.map(([name, title]) => (
        <input
          key={name}
          type="search"
          aria-label={title}
          placeholder={title}
          maxLength={256}
          defaultValue={address.value.params[name] ?? ""}
          onInput={({ currentTarget }) => typed(name, currentTarget.value)}
        />
      ))}
    </search>
  );
}
