import { listOf } from "@rainhooks/page/typed";
import type { FormSetting } from "../routes/destination-form.ts";

interface SettingProps {
  readonly of: FormSetting;
  readonly events: readonly string[];
  readonly value: string;
  readonly set: (value: string) => void;
}

/** A setting, as it is written best. */
export function Setting({ of: { name, input, about, choices }, events, value, set }: SettingProps) {
  const title = wordsOf(name);
  if (input === "flag")
    return <Check {...{ title, about }} isChecked={value === "true"} set={(is) => set(String(is))} />;
  if (input === "events") return <Events all={events} value={value} set={set} />;
  const id = `setting-${name}`;
  return (
    <label for={id}>
      <span>{title}</span>
      {input === "choice" ? (
        <select
          id={id}
          aria-label={title}
          value={value}
          onChange={({ currentTarget }) => set(currentTarget.value)}
        >
          {[...(choices ?? []), "template"].map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      ) : input === "template" ? (
        <textarea
          id={id}
          aria-label="Template: JSON whose texts may contain {{path}}"
          rows={6}
          value={value}
          onInput={({ currentTarget }) => set(currentTarget.value)}
        />
      ) : (
        <input
          id={id}
          type="text"
          name={name}
          aria-label={title}
          aria-describedby={`about-${name}`}
          value={value}
          onInput={({ currentTarget }) => set(currentTarget.value)}
        />
      )}
      <small class="note" id={`about-${name}`}>
        {about}
      </small>
    </label>
  );
}

/** `batchWait` as `batch wait`. */
export function wordsOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

interface EventsProps extends Pick<SettingProps, "value" | "set"> {
  readonly all: readonly string[];
}

function Events({ all, value, set }: EventsProps) {
  const chosen = value === "all" ? [] : listOf(value);
  return (
    <fieldset>
      <legend>events</legend>
      <small class="note">none: all of them</small>
      {all.map((one) => (
        <label key={one}>
          <input
            type="checkbox"
            checked={chosen.includes(one)}
            onChange={({ currentTarget }) => {
              const others = chosen.filter((other) => other !== one);
              set([...others, ...(currentTarget.checked ? [one] : [])].join(",") || "all");
            }}
          />{" "}
          {one}
        </label>
      ))}
    </fieldset>
  );
}

interface CheckProps {
  readonly about: string;
  readonly title: string;
  readonly isChecked: boolean;
  readonly set: (isChecked: boolean) => void;
}

/** A field that is true or false. */
export function Check({ title, about, isChecked, set }: CheckProps) {
  return (
    <label>
      <span>{title}</span>
      <input
        type="checkbox"
        checked={isChecked}
        onChange={({ currentTarget }) => set(currentTarget.checked)}
      />
      <small class="note">{about}</small>
    </label>
  );
}
