interface Props {
  /** What is chosen, for those who do not see what stands beside it. */
  readonly name?: string;
  /** Id of what says what it is. */
  readonly describedBy?: string;
  readonly value: string;
  /** What can be chosen: values, or values with their titles. */
  readonly of: readonly (string | readonly [value: string, title: string])[];
  readonly onChange: (value: string) => void;
}

/** A choice of one of several values. */
export function Select({ name, describedBy, value, of, onChange }: Props) {
  return (
    <select
      {...(name === undefined ? {} : { "aria-label": name })}
      {...(describedBy === undefined ? {} : { "aria-describedby": describedBy })}
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
