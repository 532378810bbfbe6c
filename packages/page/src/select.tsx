/** A value that can be chosen, or a value with its title. */
export type Choice = string | readonly [value: string, title: string];

interface Props {
  /** What is chosen, for those who do not see what stands beside it. */
  readonly name?: string;
  readonly value: string;
  readonly of: readonly Choice[];
  readonly onChange: (value: string) => void;
  /** Attributes of the element, of a field of a form. */
  readonly attributes?: object;
}

/** A choice of one of several values. */
export function Select({ name, value, of, onChange, attributes }: Props) {
  return (
    <select
      {...(name === undefined ? {} : { "aria-label": name })}
      {...attributes}
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    >
      {of.map((one) => {
        const [chosen, title] = typeof one === "string" ? [one, one] : one;
        return (
          <option key={chosen} value={chosen}>
            {title}
          </option>
        );
      })}
    </select>
  );
}
