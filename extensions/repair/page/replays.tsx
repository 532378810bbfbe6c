import { act, commandOf, get } from "@rainhooks/page/api";
import { Actions, ConfirmButton } from "@rainhooks/page/confirm-button.jsx";
import {
  Form,
  type FormField,
  type FormValues,
  useValues,
  writtenIn,
} from "@rainhooks/page/form.jsx";
import { Card } from "@rainhooks/page/layout.jsx";
import type { WebhooksProps } from "@rainhooks/page/pages";
import { countColumn, Table, textColumn } from "@rainhooks/page/table.jsx";
import { Output } from "@rainhooks/page/text.jsx";
import { inZone, timeOfText, zone } from "@rainhooks/page/time";
import type { PlanView } from "@rainhooks/stage/routes/plan-store";
import type { WebhooksResponse } from "@rainhooks/stage/routes/responses";
import { STORES } from "@rainhooks/stage/tables/store-names";
import { useState } from "preact/hooks";
import type { ReplayResult } from "../routes.ts";

/** With what this extension adds to the response. */
interface RepairsProps extends WebhooksProps {
  readonly of: WebhooksResponse & { readonly replays: readonly ReplayResult[] };
}

/**
 * The last replays, the plan of another one, and the comparison of what is stored with what was
 * archived.
 */
export function Repairs({ of: { replays, webhooks } }: RepairsProps) {
  return (
    <>
      <Card title="Replays">
        <Table<ReplayResult>
          label="Replays"
          columns={[
            textColumn("Replay", ({ id }) => id),
            textColumn("Webhook", ({ webhook }) => webhook),
            textColumn("State", ({ state }) => state, { cell: ({ state }) => <b>{state}</b> }),
            countColumn("Sent", ({ sent }) => sent),
            countColumn("Of", ({ planned }) => planned),
          ]}
          rows={replays}
          keyOf={({ id }) => id}
          actions={(one) => <ReplayActions of={one} />}
          empty={
            <>
              No replays. Plan one here, or:{" "}
              <code>{commandOf("replay plan --webhook node-status --from 1d")}</code>
            </>
          }
        />
        <NewReplay names={webhooks.map(({ name }) => name)} />
      </Card>
      <Card
        title="Verify"
        note="Is what is stored equal to what follows from the archive? This reads both, and changes nothing."
      >
        {STORES.map((store) => (
          <ConfirmButton
            key={store}
            title={`Verify ${store}`}
            question={`Read the archive and the tables of ${store}? In AWS, that costs their reads.`}
            run={() => act("verify", { store })}
          />
        ))}
      </Card>
    </>
  );
}

/** States of replays that can go on, and those that can be cancelled. */
const UNFINISHED = ["interrupted", "cancelled", "failed"];
const STARTED = ["running", "interrupted"];

function ReplayActions({ of: { id, state } }: { readonly of: ReplayResult }) {
  const rest = `Send the rest of ${id}, after the last delivery that was sent?`;
  const stop = `Stop ${id}? What was sent stays sent.`;
  return (
    <Actions
      about={id}
      of={[
        UNFINISHED.includes(state) && {
          title: "Go on with",
          question: rest,
          run: () => act("go-on", { id }),
        },
        STARTED.includes(state) && {
          title: "Cancel",
          question: stop,
          run: () => act("cancel", { id }),
        },
      ]}
    />
  );
}

/** What limits a replay. */
const fields = (): readonly FormField[] => [
  {
    name: "from",
    input: "text",
    isRequired: true,
    about: `when it was published: 1d (a day ago), or a time (${zone()})`,
  },
  { name: "to", input: "text", about: "such as 2h; empty: all that is archived" },
  { name: "event", input: "text", about: "such as alert; empty: all" },
  { name: "node", input: "text", about: "its id or name; empty: all" },
];

const FIRST: FormValues = { webhook: "node-status", from: "1d" };

function NewReplay({ names }: { readonly names: readonly string[] }) {
  const { values, set } = useValues(FIRST);
  const [planned, setPlanned] = useState<PlanView & { readonly of: FormValues }>();
  const written = writtenIn(values);
  const times = ["from", "to"].flatMap((name) =>
    written[name] ? [[name, timeOfText(written[name])]] : [],
  );
  const request = { ...written, ...Object.fromEntries(times) };
  const send = async () => {
    setPlanned({ ...(await get<PlanView>("/console/plans/replay", request)), of: values });
  };
  return (
    <>
      <Form
        fields={[{ name: "webhook", input: "choice", choices: names }, ...fields()]}
        values={values}
        set={set}
        send={send}
        submit="Plan a replay"
      />
      {planned?.of === values && (
        <section aria-label="Plan">
          <Output of={inZone(planned.text)} />
          <ConfirmButton
            title="Send it again"
            isPrimary
            question={`Send this to ${values["webhook"]} again?`}
            run={(_, plan = planned.plan) => act("replay", { ...request, plan })}
          />
        </section>
      )}
    </>
  );
}
