import { act, get } from "@rainhooks/page/api";
import { ONCE, useReading } from "@rainhooks/page/live";
import { Failure } from "@rainhooks/page/message.jsx";
import { Output } from "@rainhooks/page/output.jsx";
import { listOf, numberOrText } from "@rainhooks/page/typed";
import { useState } from "preact/hooks";
import type { DestinationChoices } from "../routes/destination-actions.ts";
import type { DestinationAnswer } from "../routes/destinations.ts";

/** A destination as the form has it. */
interface Draft {
  readonly id: string;
  readonly url: string;
  readonly description: string;
  readonly events: readonly string[];
  readonly nodes: string;
  readonly tags: string;
  readonly where: string;
  readonly format: string;
  readonly template: string;
  readonly rate: string;
  readonly concurrency: string;
  readonly schedule: string;
  readonly eachCopy: boolean;
  readonly batch: string;
  readonly batchWait: string;
  readonly inOrder: boolean;
  readonly headerName: string;
  readonly headerValue: string;
  readonly user: string;
  readonly password: string;
  readonly sameSecrets: boolean;
}

const NEW: Draft = {
  ...{ id: "", url: "", description: "", events: [], nodes: "", tags: "" },
  ...{ where: "", format: "event", template: "" },
  ...{ rate: "", concurrency: "10", schedule: "5s,5m,30m,2h,5h,10h,10h", eachCopy: false },
  ...{ batch: "", batchWait: "10", inOrder: false },
  ...{ headerName: "", headerValue: "", user: "", password: "", sameSecrets: false },
};

interface Props {
  /** The destination that is changed; absent for a new one. */
  readonly of?: DestinationAnswer;
  readonly onDone: () => void;
}

/**
 * Adds a destination, or changes one. What is secret of it is never shown: a field that stays empty leaves it
 * as it is.
 */
export function DestinationForm({ of, onDone }: Props) {
  const [draft, setDraft] = useState<Draft>(() => draftOf(of));
  /** What a destination had when the form was opened, or was last changed: only what differs is sent. */
  const [before, setBefore] = useState<Draft | undefined>(() => (of === undefined ? undefined : draftOf(of)));
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const [done, setDone] = useState<{ readonly text: string; readonly signingSecret?: string }>();
  const { found: choices } = useReading<DestinationChoices>(
    (signal) => get("/console/destination-choices", {}, signal),
    ONCE,
    [],
  );
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    setFailure(undefined);
    setDone(undefined);
    try {
      setDone(await act(of === undefined ? "destination-add" : "destination-set", bodyOf(draft, before)));
      // What was secret does not stay in the page.
      const sent = { url: "", headerName: "", headerValue: "", user: "", password: "", sameSecrets: false };
      setDraft((now) => ({ ...now, ...sent }));
      setBefore(of === undefined ? undefined : draft);
      onDone();
    } catch (error) {
      setFailure(error);
    }
    setBusy(false);
  };
  const set = (changes: Partial<Draft>) => setDraft((now) => ({ ...now, ...changes }));
  const form = { draft, set };
  return (
    <form class="rule-form" autocomplete="off" onSubmit={(event) => void send(event)}>
      {of === undefined && (
        <Line {...form} name="id" about="up to 30 lower-case letters, digits and dashes" isRequired />
      )}
      <Line
        {...form}
        name="url"
        title="URL"
        about={of === undefined ? "where events are sent; its path is kept secret" : "empty: stays as it is"}
        isRequired={of === undefined}
      />
      <Line {...form} name="description" about="what it is, for people" />
      <fieldset>
        <legend>events</legend>
        <small class="note">none: all of them</small>
        {choices?.events.map((one) => (
          <label key={one}>
            <input
              type="checkbox"
              checked={draft.events.includes(one)}
              onChange={({ currentTarget }) =>
                set({
                  events: currentTarget.checked
                    ? [...draft.events, one]
                    : draft.events.filter((other) => other !== one),
                })
              }
            />{" "}
            {one}
          </label>
        ))}
      </fieldset>
      <Line {...form} name="nodes" about="only of these, by their ids, with commas between; empty: of all" />
      <Line {...form} name="tags" about="only of nodes with one of these tags, such as city:Pune" />
      <Line
        {...form}
        name="where"
        title="condition"
        about={'only events for which it holds (CEL), such as event.type == "alert"'}
      />
      <label>
        <span>body</span>
        <select value={draft.format} onChange={({ currentTarget }) => set({ format: currentTarget.value })}>
          {(choices?.formats ?? [draft.format]).map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
        {draft.format === "template" && (
          <textarea
            aria-label="Template: JSON whose texts may contain {{path}}"
            rows={6}
            value={draft.template}
            onInput={({ currentTarget }) => set({ template: currentTarget.value })}
          />
        )}
      </label>
      <Line
        {...form}
        name="headerName"
        title="header"
        about="its name, such as X-Api-Key"
        isRequired={draft.headerValue !== ""}
      />
      <Line
        {...form}
        name="headerValue"
        title="its value"
        about="kept secret"
        isRequired={draft.headerName !== ""}
        isSecret
      />
      <Line {...form} name="user" about="of basic authentication" isRequired={draft.password !== ""} />
      <Line {...form} name="password" about="kept secret" isRequired={draft.user !== ""} isSecret />
      {of !== undefined && draft.url.trim() !== "" && (
        <Check
          {...form}
          name="sameSecrets"
          title="same secrets"
          about="those that it has are for the new host, too"
        />
      )}
      <Line {...form} name="rate" about="maximum requests per second; empty: none" />
      <Line {...form} name="concurrency" about="maximum requests at once" />
      <Line {...form} name="schedule" about="waits between attempts" />
      <Line {...form} name="batch" about="maximum events in a request; empty: each by itself" />
      <Line {...form} name="batchWait" title="batch waits" about="seconds that an event waits for others" />
      <Check
        {...form}
        name="inOrder"
        title="in order"
        about="events of a node one after the other; one that fails holds up that node"
      />
      <Check
        {...form}
        name="eachCopy"
        title="each copy"
        about="once for each user of the node, as RainMaker publishes it"
      />
      <p>
        <button type="submit" disabled={isBusy}>
          {of === undefined ? "Add the destination" : "Change it"}
        </button>{" "}
        <span class="note">
          OAuth 2.0, targets of the stage, and the rotation of secrets: in the terminal.
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

interface LineProps {
  readonly draft: Draft;
  readonly name: Exclude<keyof Draft, "events" | Choice>;
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

/** Fields that are yes or no. */
type Choice = "eachCopy" | "inOrder" | "sameSecrets";

interface CheckProps extends Pick<LineProps, "draft" | "about" | "set"> {
  readonly name: Choice;
  readonly title: string;
}

function Check({ draft, name, title, about, set }: CheckProps) {
  return (
    <label>
      <span>{title}</span>
      <input
        type="checkbox"
        checked={draft[name]}
        onChange={({ currentTarget }) => set({ [name]: currentTarget.checked })}
      />
      <small class="note">{about}</small>
    </label>
  );
}

function draftOf(of: DestinationAnswer | undefined): Draft {
  if (of === undefined) return NEW;
  const { id, description, events, nodes, tags, where = "", format, template = "" } = of;
  const { schedule, eachCopy, inOrder } = of;
  return {
    ...NEW,
    ...{ id, description, events, where, format, template, schedule, eachCopy, inOrder },
    nodes: nodes.join(", "),
    tags: tags.join(", "),
    rate: of.ratePerS === undefined ? "" : String(of.ratePerS),
    concurrency: String(of.concurrency),
    batch: of.batchEvents === undefined ? "" : String(of.batchEvents),
    batchWait: String(of.batchWaitS),
  };
}

/**
 * Returns the body of the action. What is secret is left out if nothing of it was typed, and so is what has
 * not changed.
 *
 * @param before What the destination has; absent for a new one.
 */
function bodyOf(draft: Draft, before: Draft | undefined): object {
  const { id, url, format, template, headerName, headerValue, user, password, sameSecrets } = draft;
  const settings = {
    description: draft.description,
    events: draft.events,
    nodes: listOf(draft.nodes),
    tags: listOf(draft.tags),
    where: draft.where.trim(),
    ...{ format, ...(format === "template" ? { template } : {}) },
    ratePerS: draft.rate.trim() === "" ? null : numberOrText(draft.rate),
    concurrency: numberOrText(draft.concurrency),
    batchEvents: draft.batch.trim() === "" ? null : numberOrText(draft.batch),
    batchWaitS: numberOrText(draft.batchWait),
    ...{ schedule: draft.schedule, eachCopy: draft.eachCopy, inOrder: draft.inOrder },
  };
  const known = before === undefined ? new Map() : new Map(Object.entries(bodyOf(before, undefined)));
  const changed = Object.entries(settings).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(known.get(name)),
  );
  const isTemplate = format === "template" && changed.some(([name]) => name === "template");
  return {
    id,
    ...Object.fromEntries(changed),
    // A template goes with its format.
    ...(isTemplate ? { format } : {}),
    ...(url.trim() === "" ? {} : { url: url.trim() }),
    ...(sameSecrets ? { sameSecrets } : {}),
    ...(headerName === "" && headerValue === ""
      ? {}
      : { header: { name: headerName.trim(), value: headerValue } }),
    ...(user === "" && password === "" ? {} : { basic: { user, password } }),
  };
}
