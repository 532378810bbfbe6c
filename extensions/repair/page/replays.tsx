import { act, get } from "@rainhooks/page/api";
import { ConfirmButton } from "@rainhooks/page/confirmed.jsx";
import { Form, type FormField, type FormValues, writtenIn } from "@rainhooks/page/form.jsx";
import { Empty } from "@rainhooks/page/message.jsx";
import { Output } from "@rainhooks/page/output.jsx";
import type { WebhooksProps } from "@rainhooks/page/pages";
import { commandOf } from "@rainhooks/page/stage";
import { Text } from "@rainhooks/page/text.jsx";
import { inZone, timeOfText, zone } from "@rainhooks/page/time";
import type { WebhooksAnswer } from "@rainhooks/stage/routes/answers";
import { useState } from "preact/hooks";
import type { ReplayAnswer } from "../routes.ts";

/** With what this extension adds to the response. */
export interface RepairsProps extends WebhooksProps {
  readonly of: WebhooksAnswer & { readonly replays: readonly ReplayAnswer[] };
}

/** The last replays, and the plan of another one. */
export function Replays({ of: { replays, webhooks } }: Pick<RepairsProps, "of">) {
  return (
    <section class="card" aria-labelledby="replays">
      <h2 id="replays">Replays</h2>
      {replays.length === 0 && (
        <Empty>
          No replays. Plan one: <code>{commandOf("replay plan --webhook node-status --from 1d")}</code>
        </Empty>
      )}
      {replays.map(({ id, webhook, state, sent, planned }) => (
        <p key={id}>
          <code>{id}</code> <Text of={webhook} /> <b>{state}</b> {sent.toLocaleString("en")}
          {planned > 0 && ` of ${planned.toLocaleString("en")}`} sent{" "}
          {UNFINISHED.includes(state) && (
            <ConfirmButton
              title={`Go on with ${id}`}
              question={`Send the rest of ${id}, after the last delivery that was sent?`}
              run={() => act("go-on", { id })}
            />
          )}
          {(state === "running" || state === "interrupted") && (
            <ConfirmButton
              title={`Cancel ${id}`}
              question={`Stop ${id}? What was sent stays sent.`}
              run={() => act("cancel", { id })}
            />
          )}
        </p>
      ))}
      <NewReplay names={webhooks.map(({ name }) => name)} />
    </section>
  );
}

/** States of replays that can go on. */
const UNFINISHED = ["interrupted", "cancelled", "failed"];

/** What limits a replay. */
const fields = (): readonly FormField[] => [
  {
    ...{ name: "from", input: "text", isRequired: true },
    about: `when it was published: 1d (a day ago), or a time (${zone()})`,
  },
  { name: "to", input: "text", about: "such as 2h; empty: all that is archived" },
  { name: "event", input: "text", about: "such as alert; empty: all" },
  { name: "node", input: "text", about: "its id or name; empty: all" },
];

function NewReplay({ names }: { readonly names: readonly string[] }) {
  const [values, setValues] = useState<FormValues>({ webhook: "node-status", from: "1d" });
  const [planned, setPlanned] = useState<{ readonly of: FormValues; readonly text: string }>();
  const written = writtenIn(values);
  const times = ["from", "to"].flatMap((name) => (written[name] ? [[name, timeOfText(written[name])]] : []));
  const request = { ...written, ...Object.fromEntries(times) };
  const send = async () => {
    const { text } = await get<{ readonly text: string }>("/console/plans/replay", request);
    setPlanned({ of: values, text });
  };
  return (
    <>
      <Form
        fields={[{ name: "webhook", input: "choice", choices: names }, ...fields()]}
        values={values}
        set={(name, value) => setValues((now) => ({ ...now, [name]: value }))}
        submit="Plan a replay"
        send={send}
      />
      {planned?.of === values && (
        <section aria-label="Plan">
          <Output of={inZone(planned.text)} />
          <ConfirmButton
            title="Send it again"
            isPrimary
            question={`Send this to ${values["webhook"]} again?`}
            run={() => act("replay", request)}
          />
        </section>
      )}
    </>
  );
}
