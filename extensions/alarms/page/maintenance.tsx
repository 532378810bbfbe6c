import { act } from "@rainhooks/page/api";
import { ConfirmButton } from "@rainhooks/page/confirm-button.jsx";
import { Form, type FormField, type FormValues, useValues } from "@rainhooks/page/form.jsx";
import { type Column, ReadTable, textColumn, timeColumn } from "@rainhooks/page/table.jsx";
import { timeOfText, timeText, zone } from "@rainhooks/page/time";
import { say } from "@rainhooks/page/toasts.jsx";
import { type RulesResult, useWatchRules } from "./rules.tsx";
import { hasTag, isNode, LENGTH } from "./silence.tsx";

/** Times in which nothing is sent about some nodes: those that are planned, and a form for another one. */
export function Maintenance() {
  return (
    <section class="card" aria-label="Maintenance">
      <ReadTable
        label="Maintenance"
        columns={COLUMNS}
        of={useWatchRules()}
        rows={({ maintenance }) => maintenance}
        keyOf={({ name }) => name}
        actions={({ name, toMs }) => (
          <ConfirmButton
            title="End"
            about={name}
            question={`End the maintenance ${name} now? Alarms that were raised in it stay unsent until ${timeText(toMs)}; new ones are sent.`}
            run={() => act("maintenance", { name, end: true })}
          />
        )}
        empty="None is planned: alarms of all nodes are sent."
      />
      <NewMaintenance />
    </section>
  );
}

const COLUMNS: readonly Column<RulesResult["maintenance"][number]>[] = [
  textColumn("Name", ({ name }) => name),
  textColumn("Of", ({ where = "all nodes" }) => where, { kind: "wide" }),
  timeColumn("From", ({ fromMs }) => fromMs),
  timeColumn("To", ({ toMs }) => toMs),
];

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
/** What a form begins with: each has a name of its own. */
const first = (): FormValues => ({
  name: `maintenance-${timeText(Date.now()).replace(/\D/g, "-")}`,
  ...{ group: "nodes with the tag", for: "2h" },
});

function NewMaintenance() {
  const { values, set, setValues } = useValues(first());
  const { group = ALL, where = "", from = "", ...written } = values;
  const send = async () => {
    const request = {
      ...written,
      ...(group === ALL ? {} : { where: where.trim() && GROUPS[group]?.(where.trim()) }),
      ...(from === "" ? {} : { from: timeOfText(from) }),
    };
    say(await act("maintenance", request), "Plan maintenance");
    setValues(first());
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
        {...{ values, set, send, submit: "Plan maintenance" }}
      />
    </>
  );
}
