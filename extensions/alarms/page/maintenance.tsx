import { defined } from "@rainhooks/core/collections";
import { act } from "@rainhooks/page/api";
import { ConfirmButton } from "@rainhooks/page/confirmed.jsx";
import { Select } from "@rainhooks/page/select.jsx";
import { Text } from "@rainhooks/page/text.jsx";
import { nowMs, timeAt, timeText, zone } from "@rainhooks/page/time";
import type { AnswerOf } from "@rainhooks/stage/query/question";
import { useRef, useState } from "preact/hooks";
import type { listWatchRulesQuestion } from "../questions/watch-rules.ts";

interface Props {
  readonly of: AnswerOf<typeof listWatchRulesQuestion>["maintenance"];
  readonly onDone: () => void;
}

/** Times in which nothing is sent about some nodes: those that are planned, and a form for another one. */
export function Maintenance({ of, onDone }: Props) {
  return (
    <>
      <h3 id="maintenance">Maintenance</h3>
      {of.length === 0 && <p class="note">None is planned: alarms of all nodes are sent.</p>}
      <ul class="deliveries">
        {of.map(({ name, fromMs, toMs, where }) => (
          <li key={name} class="alarm">
            <b>
              <Text of={name} max={60} />
            </b>{" "}
            <Text of={where ?? "all nodes"} max={200} />{" "}
            <span class="note">
              {fromMs > nowMs.value ? "from" : "since"} {timeText(fromMs)} to {timeText(toMs)}
            </span>{" "}
            <ConfirmButton
              title="End"
              about={name}
              question={`End the maintenance ${name} now? Alarms that were raised in it stay unsent until ${timeText(toMs)}; new ones are sent.`}
              run={async () => {
                await act("maintenance", { name, end: true });
                onDone();
              }}
            />
          </li>
        ))}
      </ul>
      <NewMaintenance names={of.map(({ name }) => name)} onDone={onDone} />
    </>
  );
}

/** What nodes have in common that are not to be heard of, and how a condition says so. */
const GROUPS = {
  "all nodes": () => undefined,
  "nodes with the tag": (value: string) => `${JSON.stringify(value)} in node.tags`,
  "nodes of the type": (value: string) => `node.type == ${JSON.stringify(value)}`,
  "the node": (value: string) => `node.id == ${JSON.stringify(value)}`,
  "nodes with the firmware": (value: string) => `node.firmware == ${JSON.stringify(value)}`,
  "nodes for which (CEL)": (value: string) => value,
} as const satisfies Record<string, (value: string) => string | undefined>;

type Group = keyof typeof GROUPS;
const ALL: Group = "all nodes";
const isGroup = (text: string): text is Group => text in GROUPS;

/** Lengths that can be chosen. */
const LENGTHS = ["30m", "1h", "2h", "4h", "8h", "1d", "7d"];

interface Planned {
  /** Absent for one that is free. */
  readonly name?: string;
  readonly group: Group;
  readonly value: string;
  /** A time of the zone of the page, as the browser writes it; empty for now. */
  readonly from: string;
  readonly for: string;
}

interface NewProps {
  /** Names of those that are planned. */
  readonly names: readonly string[];
  readonly onDone: () => void;
}

function NewMaintenance({ names, onDone }: NewProps) {
  const [planned, setPlanned] = useState<Planned>({ group: ALL, value: "", from: "", for: "2h" });
  const [said, setSaid] = useState("");
  const start = useRef<HTMLInputElement>(null);
  const set = (name: keyof Planned) => (event: { readonly currentTarget: { readonly value: string } }) =>
    setPlanned({ ...planned, [name]: event.currentTarget.value });
  const { name = freeName(names), group, value, from } = planned;
  const fromMs = from === "" ? undefined : timeAt(from);
  const run = async () => {
    if (group !== ALL && value.trim() === "") throw new Error(`Write which: ${group} …`);
    if (start.current?.validity.badInput === true || Number.isNaN(fromMs))
      throw new Error("Write all of the time, or nothing for now.");
    const where = GROUPS[group](value.trim());
    const { toMs } = await act<{ readonly toMs: number }>("maintenance", {
      ...{ name, for: planned.for },
      ...defined({ where, from: fromMs }),
    });
    setSaid(`Nothing is sent until ${timeText(toMs)} about alarms that are raised in this time.`);
    const { name: _, ...next } = planned;
    setPlanned(next);
    onDone();
  };
  return (
    <div class="new-replay">
      <label>
        name{" "}
        <input
          aria-label="name of the maintenance"
          value={name}
          maxLength={50}
          size={14}
          onInput={set("name")}
        />
      </label>
      <label>
        of{" "}
        <Select
          name="of which nodes"
          value={group}
          of={Object.keys(GROUPS)}
          onChange={(value) => isGroup(value) && setPlanned({ ...planned, group: value })}
        />
      </label>
      {group !== ALL && (
        <input aria-label={group} value={value} maxLength={1000} size={20} onInput={set("value")} />
      )}
      <label>
        from{" "}
        <input
          ref={start}
          type="datetime-local"
          aria-label="from when"
          value={from}
          onInput={set("from")}
          title="Empty: now"
        />{" "}
        <span class="note">{zone()}</span>
      </label>
      <label>
        for{" "}
        <Select
          name="for how long"
          value={planned.for}
          of={LENGTHS}
          onChange={(value) => setPlanned({ ...planned, for: value })}
        />
      </label>
      <ConfirmButton
        title="Plan maintenance"
        question={`Send nothing about alarms of ${group}${group === ALL ? "" : ` ${value}`} that are raised within ${planned.for} from ${fromMs === undefined ? "now" : `${from.replace("T", " ")} ${zone()}`} on? What lasts at its end is sent then.`}
        run={run}
      />
      <span class="note" role="status">
        {said}
      </span>
    </div>
  );
}

/** Returns a name that no planned one has. */
function freeName(names: readonly string[]): string {
  const isFree = (name: string) => !names.includes(name);
  if (isFree("maintenance")) return "maintenance";
  return names.map((_, index) => `maintenance-${index + 2}`).find(isFree) ?? "";
}
