import { useRef } from "preact/hooks";
import { place, setTyped } from "../shared/place.ts";

const TYPING_MS = 400;
const FIELDS = [
  ["text", "Text in the message"],
  ["type", "Type, such as alert"],
  ["node", "Node id"],
] as const;

/** Selects deliveries by type, node and text; the selection is in the address. */
export function EventFilter() {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const typed = (name: string, value: string) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setTyped({ [name]: value.trim() }), TYPING_MS);
  };
  return (
    <search class="filters" aria-label="Deliveries">
      {FIELDS.map(([name, title]) => (
        <input
          key={name}
          type="search"
          aria-label={title}
          placeholder={title}
          maxLength={256}
          defaultValue={place.value.params[name] ?? ""}
          onInput={({ currentTarget }) => typed(name, currentTarget.value)}
        />
      ))}
    </search>
  );
}
