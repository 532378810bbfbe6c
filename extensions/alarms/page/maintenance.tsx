import { defined } from "@rainhooks/core/collections";
import { act } from "@rainhooks/page/api";
import { ConfirmButton } from "@rainhooks/page/confirmed.jsx";
import { Pending } from "@rainhooks/page/message.jsx";
import { Select } from "@rainhooks/page/select.jsx";
import { Table } from "@rainhooks/page/table.jsx";
import { Text } from "@rainhooks/page/text.jsx";
import { timeAt, timeText, zone } from "@rainhooks/page/time";
import { useRef, useState } from "preact/hooks";
import { useWatchRules } from "./rules.tsx";
import { LENGTHS } from "./silence.tsx";

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
      <NewMaintenance names={found?.maintenance.map(({ name }) => name) ?? []} />
    </section>
  );
}

/** What nodes have in common that are not to be heard of, and how a condition says so. */
const GROUPS: Readonly<Record<string, (value: string) => string | undefined>> = {
  "all nodes": () => undefined,
  "nodes with the tag": (value) => `${JSON.stringify(value)} in node.tags`,
  "nodes of the type": (value) => `node.type == ${JSON.stringify(value)}`,
  "the node": (value) => `node.id == ${JSON.stringify(value)}`,
  "nodes with the firmware": (value) => `node.firmware == ${JSON.stringify(value)}`,
  "nodes for which (CEL)": (value) => value,
};
const ALL = "all nodes";

/** @param names Names of those that are planned. */
function NewMaintenance({ names }: { readonly names: readonly string[] }) {
  const [planned, setPlanned] = useState({ name: "", group: ALL, value: "", from: "", length: "2h" });
  const start = useRef<HTMLInputElement>(null);
  const set = (field: keyof typeof planned) => (value: string) => setPlanned({ ...planned, [field]: value });
  const { name = "", group, value, from, length } = planned;
  const fromMs = from === "" ? undefined : timeAt(from);
  const run = async () => {
    if (group !== ALL && value.trim() === "") throw new Error(`Write which: ${group} …`);
    if (start.current?.validity.badInput === true || Number.isNaN(fromMs))
      throw new Error("Write all of the time, or nothing for now.");
    const where = GROUPS[group]?.(value.trim());
    const request = { name: name || freeName(names), for: length, ...defined({ where, from: fromMs }) };
    const answer = await act<object>("maintenance", request);
    set("name")("");
    return answer;
  };
  const input = (field: "name" | "value", label: string) => (
    <input
      aria-label={label}
      placeholder={field === "name" ? freeName(names) : ""}
      value={planned[field]}
      maxLength={1000}
      onInput={({ currentTarget }) => set(field)(currentTarget.value)}
    />
  );
  return (
    <div class="new-replay">
      {input("name", "name of the maintenance")}
      <Select name="of which nodes" value={group} of={Object.keys(GROUPS)} onChange={set("group")} />
      {group !== ALL && input("value", group)}
      <label>
        from{" "}
        <input
          ref={start}
          type="datetime-local"
          aria-label="from when"
          value={from}
          onInput={({ currentTarget }) => set("from")(currentTarget.value)}
          title="Empty: now"
        />{" "}
        <span class="note">{zone()}</span>
      </label>
      <label>
        for <Select name="for how long" value={length} of={LENGTHS} onChange={set("length")} />
      </label>
      <ConfirmButton
        title="Plan maintenance"
        isPrimary
        question={`Send nothing about alarms of ${group}${group === ALL ? "" : ` ${value}`} that are raised within ${length} from ${fromMs === undefined ? "now" : `${from.replace("T", " ")} ${zone()}`} on? What lasts at its end is sent then.`}
        run={run}
      />
    </div>
  );
}

/** Returns a name that no planned one has. */
function freeName(names: readonly string[]): string {
  const isFree = (name: string) => !names.includes(name);
  if (isFree("maintenance")) return "maintenance";
  return names.map((_, index) => `maintenance-${index + 2}`).find(isFree) ?? "";
}
