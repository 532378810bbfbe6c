import { commaList } from "@rainhooks/core/fields";
import { act, post } from "@rainhooks/page/api";
import { Form, type FormField, type FormValues, useValues } from "@rainhooks/page/form.jsx";
import { endOfJob } from "@rainhooks/page/jobs.jsx";
import { Await, Failure } from "@rainhooks/page/layout.jsx";
import { ONCE, useGet, useReading, useTyped } from "@rainhooks/page/live";
import { Output } from "@rainhooks/page/text.jsx";
import type { LongWorkResponse } from "@rainhooks/stage/routes/responses";
import { useState } from "preact/hooks";
import type { DestinationFormResult, DestinationResult } from "../routes/destinations.ts";

const ID: FormField = {
  name: "id",
  input: "text",
  isRequired: true,
  about: "up to 30 lower-case letters, digits and dashes",
};
const URL_FIELD = { name: "url", title: "URL", input: "text" } as const;
const SECRETS: readonly FormField[] = [
  { name: "header", input: "secret", about: "name and value, kept secret: X-Api-Key: abc" },
  { name: "basic", title: "user", input: "text", about: "of basic authentication" },
  { name: "password", input: "secret", about: "kept secret" },
];
const SAME_SECRETS: FormField = {
  name: "sameSecrets",
  input: "flag",
  about: "those that it has are for the new host, too",
};
/** What says where events go, which, and as what; all else is seldom needed. */
const FIRST = ["description", "events", "nodes", "tags", "where", "format", "template"];

/** What an action has done. */
interface Outcome {
  readonly text: string;
  readonly destination?: { readonly version: number };
  readonly signingSecret?: string;
  readonly test?: LongWorkResponse<object>;
}

interface Props {
  /** The destination that is changed; absent for a new one. */
  readonly of?: DestinationResult;
}

/**
 * Adds a destination and tests it, or changes one. What is secret of it is never shown: a field
 * that stays empty leaves it as it is.
 */
export function DestinationForm({ of }: Props) {
  /**
   * What a destination had when the form was opened, or was last changed: only what differs is
   * sent.
   */
  const [before, setBefore] = useState<FormValues>(of?.settings ?? {});
  /**
   * What it was then: who has changed its settings since is not overwritten; its state may have
   * changed.
   */
  const [seen, setSeen] = useState(of);
  const { values: typed, set, setValues: setTyped } = useValues();
  const [done, setDone] = useState<Outcome>();
  const { result: form, failure } = useGet<DestinationFormResult>("/console/destination-form");
  if (form === undefined) return <Await of={{ failure }} lines={24} />;
  const usual = Object.fromEntries(form.settings.map((one) => [one.name, one.usual]));
  const values = { ...usual, ...before, ...typed };
  const settings = form.settings
    .filter(({ name }) => name !== "template" || values["format"] === "template")
    .map(({ choices = [], ...one }): FormField => {
      return { ...one, choices: one.input === "events" ? form.events : [...choices, "template"] };
    });
  const isNew = of === undefined;
  const url = isNew ? "where events are sent; its path is kept secret" : "empty: stays as it is";
  const changesHost = !isNew && (typed["url"] ?? "").trim() !== "";
  const send = async () => {
    setDone(undefined);
    const id = of?.id ?? typed["id"] ?? "";
    // One that is missing is said with all else that is wrong.
    const missing = isNew ? { url: "" } : {};
    const body = {
      id,
      version: versionOf(seen, of),
      ...missing,
      ...secretsOf(typed),
      ...changedOf(typed, before),
    };
    const saved = await act<Outcome>(isNew ? "destination-add" : "destination-set", body);
    setDone(saved);
    if (seen !== undefined && saved.destination !== undefined)
      setSeen({ ...seen, ...saved.destination });
    // What was secret does not stay in the page.
    const isSetting = ([name]: readonly [string, string]) => name in usual;
    setBefore({ ...before, ...Object.fromEntries(Object.entries(typed).filter(isSetting)) });
    setTyped(isNew ? { id } : {});
    if (!isNew) return;
    setDone({ ...saved, test: await act<LongWorkResponse<object>>("test", { id }) });
  };
  return (
    <>
      <Form
        fields={[
          ...(isNew ? [ID] : []),
          { ...URL_FIELD, about: url, isRequired: isNew },
          ...(changesHost ? [SAME_SECRETS] : []),
          ...settings.filter(({ name }) => FIRST.includes(name)),
        ]}
        more={[...SECRETS, ...settings.filter(({ name }) => !FIRST.includes(name))]}
        values={values}
        set={set}
        send={send}
        submit={isNew ? "Add and test" : "Change it"}
      >
        <Preview of={values} />
      </Form>
      {done !== undefined && <Output of={[done.text, ...testText(done)].join("\n")} />}
      {done?.signingSecret !== undefined && (
        <section aria-label="Signing secret">
          <p>
            Its signing secret, with which the receiver verifies requests (Standard Webhooks). Keep
            it secret: it is shown only now.
          </p>
          <Output of={done.signingSecret} />
        </section>
      )}
      <p class="note">
        OAuth 2.0, targets of the stage, removing headers and authentication, and the rotation of
        secrets: in the terminal.
      </p>
    </>
  );
}

/**
 * Returns the version that somebody has seen, or that of now if its state alone has changed since.
 */
function versionOf(seen: DestinationResult | undefined, now: DestinationResult | undefined) {
  const isSame = JSON.stringify(seen?.settings) === JSON.stringify(now?.settings);
  return seen && Math.max(seen.version, isSame && now ? now.version : 0);
}

/** What a test has shown, as soon as it has ended. */
function testText({ test }: Outcome): string[] {
  return test === undefined ? [] : [test.jobEnd?.text ?? endOfJob(test.job) ?? "The test runs …"];
}

/** What the receiver would get of a sample of the first event that was chosen. */
function Preview({ of }: { readonly of: FormValues }) {
  const { events = "all", format = "event", template = "" } = of;
  const [first = "alert"] = events === "all" ? [] : commaList(events);
  const wanted = { event: first, format, ...(template === "" ? {} : { template }) };
  const asked = useTyped(JSON.stringify(wanted));
  const { result, failure } = useReading<{ readonly body: string }>(
    (signal) => post("/console/sample-body", wanted, { signal }),
    ONCE,
    [asked],
  );
  return (
    <section aria-label="Preview">
      <p class="note">What it would get of a sample of {first}:</p>
      {failure !== undefined ? <Failure of={failure} /> : <Output of={result?.body ?? "…"} />}
    </section>
  );
}

const NO_SETTINGS = [
  "id",
  "url",
  "header",
  "basic",
  "password",
  "sameSecrets",
  "format",
  "template",
];

/**
 * Returns the settings that have changed. A template goes without its format, which follows from
 * it.
 */
function changedOf(typed: FormValues, before: FormValues): FormValues {
  const { format = before["format"], template = before["template"] ?? "" } = typed;
  const isChanged = ([name, value]: readonly [string, string]) =>
    !NO_SETTINGS.includes(name) && value !== before[name];
  const changed = Object.fromEntries(Object.entries(typed).filter(isChanged));
  if (format === before["format"] && template === (before["template"] ?? "")) return changed;
  return { ...changed, ...(format === "template" ? { template } : { format: format ?? "" }) };
}

/** Returns what was typed of what is secret. */
function secretsOf({ url = "", header, basic, password, sameSecrets }: FormValues): object {
  const typed = Object.entries({ url: url.trim(), header, basic, password, sameSecrets });
  return Object.fromEntries(typed.filter(([, value]) => value !== "" && value !== "false"));
}
