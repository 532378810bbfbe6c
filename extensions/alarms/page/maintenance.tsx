import { act } from "@rainhooks/page/api";
import { ConfirmButton } from "@rainhooks/page/confirmed.jsx";
import { Form, type FormField, type FormValues } from "@rainhooks/page/form.jsx";
import { Pending } from "@rainhooks/page/message.jsx";
import { Table } from "@rainhooks/page/table.jsx";
import { Text } from "@rainhooks/page/text.jsx";
import { timeOfText, timeText, zone } from "@rainhooks/page/time";
import { say } from "@rainhooks/page/toasts.jsx";
import { useState } from "preact/hooks";
import { useWatchRules } from "./rules.tsx";
import { hasTag, isNode, LENGTH } from "./silence.tsx";

/** Times in which nothing is sent about some nodes: those that are planned, and a form for another one. */
export function Maintenance() {
  const { found, failure } = useWatchRules();
  return (
    <section class="card" aria-label="Maintenance">
      <Pending of={{ found, failure }} lines={2} />
      <Table
        label="Maintenance"
        columns={[
          { name: "name", title: "Name", cell: ({ name }) => <Text of={name} max={60} /> },
          {
            name: "where",
            title: "Of",
            kind: "wide",
            cell: ({ where }) => <Text of={where ?? "all nodes"} max={200} />,
          },
          {
            name: "from",
            title: "From",
            cell: ({ fromMs }) => timeText(fromMs),
            order: ({ fromMs }) => fromMs,
          },
          { name: "to", title: "To", cell: ({ toMs }) => timeText(toMs), order: ({ toMs }) => toMs },
        ]}
        rows={found?.maintenance ?? []}
        keyOf={({ name }) => name}
        actions={({ name, toMs }) => (
          <ConfirmButton
            title="End"
            about={name}
            question={`End the maintenance ${name} now? Alarms that were raised in it stay unsent until ${timeText(toMs)}; new ones are sent.`}
            run={() => act("maintenance", { name, end: true })}
          />
        )}
        empty={found && "None is planned: alarms of all nodes are sent."}
      />
      <NewMaintenance />
    </section>
  );
}

/** How a condition says which nodes are meant. */
const GROUPS: Readonly<Record<string, (value: string) => string>> = {
  "nodes with the tag": hasTag,
  "the node": isNode,
  "nodes of the type": (value) => `node.type == ${JSON.stringify(value)}`,
  "nodes with the firmware": (value) => `node.firmware == ${JSON.stringify(value)}`,
  "nodes for which (CEL)": (value) => value,
};
const ALL = "all nodes";
const GROUP: FormField = {
  ...{ name: "group", title: "of which nodes", input: "choice" },
  choices: [...Object.keys(GROUPS), ALL],
};
const USUAL: FormValues = { name: "maintenance", group: "nodes with the tag", for: "2h" };

function NewMaintenance() {
  const [values, setValues] = useState(USUAL);
  const { group = ALL, where = "", from = "", ...written } = values;
  const send = async () => {
    const request = {
      ...written,
      ...(group === ALL ? {} : { where: where.trim() && GROUPS[group]?.(where.trim()) }),
      ...(from === "" ? {} : { from: timeOfText(from) }),
    };
    say(await act("maintenance", request), "Plan maintenance");
    setValues(USUAL);
  };
  return (
    <>
      <h2>Plan maintenance</h2>
      <p class="note">
        Nothing is sent about alarms that are raised in it. What lasts at its end is sent then.
      </p>
      <Form
        fields={[
          GROUP,
          ...(group === ALL ? [] : [{ name: "where", title: group, input: "text", isRequired: true }]),
          LENGTH,
          { name: "from", title: "from when", about: `${zone()}; empty: now`, input: "time" },
          { name: "name", title: "name of the maintenance", input: "text", isRequired: true },
        ]}
        values={values}
        set={(name, value) => setValues((now) => ({ ...now, [name]: value }))}
        submit="Plan maintenance"
        send={send}
      />
    </>
  );
}
