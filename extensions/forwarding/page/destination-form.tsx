import { act, get } from "@rainhooks/page/api";
import { ONCE, useReading } from "@rainhooks/page/live";
import { Failure } from "@rainhooks/page/message.jsx";
import { Output } from "@rainhooks/page/output.jsx";
import { useState } from "preact/hooks";
import type { DestinationFormAnswer } from "../routes/destination-form.ts";
import type { DestinationAnswer } from "../routes/destinations.ts";
import { Check, Setting } from "./setting.tsx";

/** What is secret, as the form has it. */
interface Draft {
  readonly id: string;
  readonly url: string;
  readonly headerName: string;
  readonly headerValue: string;
  readonly user: string;
  readonly password: string;
}

const NEW: Draft = { id: "", url: "", headerName: "", headerValue: "", user: "", password: "" };

/** Settings as people write them, by their names. */
type Settings = Readonly<Record<string, string>>;

interface Props {
  /** The destination that is changed; absent for a new one. */
  readonly of?: DestinationAnswer;
}

/**
 * Adds a destination, or changes one. What is secret of it is never shown: a field that stays empty leaves it
 * as it is.
 */
export function DestinationForm({ of }: Props) {
  const [draft, setDraft] = useState(NEW);
  const [sameSecrets, setSame] = useState(false);
  /** What a destination had when the form was opened, or was last changed: only what differs is sent. */
  const [before, setBefore] = useState<Settings>(of?.settings ?? {});
  const [typed, setTyped] = useState<Settings>({});
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const [done, setDone] = useState<{ readonly text: string; readonly signingSecret?: string }>();
  const { found: fields } = useReading<DestinationFormAnswer>(
    (signal) => get("/console/destination-form", {}, signal),
    ONCE,
    [],
  );
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    setFailure(undefined);
    setDone(undefined);
    try {
      const secrets = { ...secretsOf(draft), ...(sameSecrets ? { sameSecrets } : {}) };
      const body = { id: of?.id ?? draft.id, ...changedOf(typed, before), ...secrets };
      setDone(await act(of === undefined ? "destination-add" : "destination-set", body));
      // What was secret does not stay in the page.
      setDraft(({ id }) => ({ ...NEW, id }));
      setSame(false);
      if (of !== undefined) setBefore({ ...before, ...typed });
    } catch (error) {
      setFailure(error);
    }
    setBusy(false);
  };
  const form = { draft, set: (changes: Partial<Draft>) => setDraft((now) => ({ ...now, ...changes })) };
  const values = { ...before, ...typed };
  return (
    <form class="rule-form" autocomplete="off" onSubmit={(event) => void send(event)}>
      {of === undefined && (
        <Line {...form} name="id" about="up to 30 lower-case letters, digits and dashes" isRequired />
      )}
      <Secrets {...form} isNew={of === undefined} />
      {of !== undefined && draft.url.trim() !== "" && (
        <Check
          title="same secrets"
          about="those that it has are for the new host, too"
          isChecked={sameSecrets}
          set={setSame}
        />
      )}
      {fields?.settings
        .filter(({ name }) => name !== "template" || values["format"] === "template")
        .map((field) => (
          <Setting
            key={field.name}
            of={field}
            events={fields.events}
            value={values[field.name] ?? field.usual}
            set={(value) => setTyped((now) => ({ ...now, [field.name]: value }))}
          />
        ))}
      <p>
        <button type="submit" disabled={isBusy}>
          {of === undefined ? "Add the destination" : "Change it"}
        </button>{" "}
        <span class="note">
          OAuth 2.0, targets of the stage, removing headers and authentication, and the rotation of secrets:
          in the terminal.
        </span>
      </p>
      {failure !== undefined && <Failure of={failure} />}
      {done !== undefined && <Output of={done.text} />}
      {done?.signingSecret !== undefined && (
        <section aria-label="Signing secret">
          <p>
            Its signing secret, with which the receiver verifies requests (Standard Webhooks). Keep it secret:
            it is shown only now.
          </p>
          <Output of={done.signingSecret} />
        </section>
      )}
    </form>
  );
}

interface SecretsProps extends Pick<LineProps, "draft" | "set"> {
  readonly isNew: boolean;
}

function Secrets({ isNew, ...form }: SecretsProps) {
  const { headerName, headerValue, user, password } = form.draft;
  return (
    <>
      <Line
        {...form}
        name="url"
        title="URL"
        about={isNew ? "where events are sent; its path is kept secret" : "empty: stays as it is"}
        isRequired={isNew}
      />
      <Line
        {...form}
        name="headerName"
        title="header"
        about="its name, such as X-Api-Key"
        isRequired={headerValue !== ""}
      />
      <Line
        {...form}
        name="headerValue"
        title="its value"
        about="kept secret"
        isRequired={headerName !== ""}
        isSecret
      />
      <Line {...form} name="user" about="of basic authentication" isRequired={password !== ""} />
      <Line {...form} name="password" about="kept secret" isRequired={user !== ""} isSecret />
    </>
  );
}

interface LineProps {
  readonly draft: Draft;
  readonly name: keyof Draft;
  readonly title?: string;
  readonly about: string;
  readonly set: (changes: Partial<Draft>) => void;
  readonly isRequired?: boolean;
  readonly isSecret?: boolean;
}

function Line({ draft, name, title = name, about, set, isRequired = false, isSecret = false }: LineProps) {
  return (
    <label>
      <span>
        {title}
        {isRequired && <span aria-hidden="true"> *</span>}
      </span>
      <input
        {...(isSecret
          ? ({ type: "password", autocomplete: "new-password" } as const)
          : ({ type: "text" } as const))}
        name={name}
        aria-label={title}
        aria-describedby={`about-${name}`}
        required={isRequired}
        value={draft[name]}
        onInput={({ currentTarget }) => set({ [name]: currentTarget.value })}
      />
      <small class="note" id={`about-${name}`}>
        {about}
      </small>
    </label>
  );
}

/** Returns the settings that have changed. A template goes without its format, which follows from it. */
function changedOf(typed: Settings, before: Settings): Settings {
  const { format = before["format"], template = before["template"] ?? "" } = typed;
  const changed = Object.entries(typed).filter(
    ([name, value]) => !["format", "template"].includes(name) && value !== before[name],
  );
  const body = format === "template" ? { template } : { format: format ?? "" };
  const isSame = format === before["format"] && template === (before["template"] ?? "");
  return { ...Object.fromEntries(changed), ...(isSame ? {} : body) };
}

/** Returns the typed values of the fields with secrets. */
function secretsOf({ url, headerName, headerValue, user, password }: Draft): object {
  return {
    ...(url.trim() === "" ? {} : { url: url.trim() }),
    ...(headerName === "" && headerValue === "" ? {} : { header: [`${headerName.trim()}: ${headerValue}`] }),
    ...(user === "" && password === "" ? {} : { basic: user, password }),
  };
}
