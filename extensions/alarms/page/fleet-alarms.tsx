import { hrefHere, setParams } from "@rainhooks/page/address";
import { ask } from "@rainhooks/page/api";
import { counts, totalOf } from "@rainhooks/page/fleet-facts";
import { Form, useValues } from "@rainhooks/page/form.jsx";
import { Card } from "@rainhooks/page/layout.jsx";
import { countColumn, Table } from "@rainhooks/page/table.jsx";
import { RatioBar, Text } from "@rainhooks/page/text.jsx";
import { timeText } from "@rainhooks/page/time";
import { useState } from "preact/hooks";
import type { DropGrouping } from "../kinds/connection.ts";
import type { CountedDrops, GroupDrops } from "../operations/count-drops.ts";
import { AlarmTable, Severity } from "./alarm-table.tsx";
import { useAlarms, WORST_FIRST } from "./alarms.ts";

/** How many alarms are shown, the worst. */
const SHOWN = 5;

/**
 * The worst alarms that nobody handles; nothing if there are none, or if nothing watches the stage.
 */
export function FleetAlarms() {
  const { result, failure } = useAlarms({ limit: SHOWN, order: "worst" });
  if (result === undefined) return <div aria-busy={failure === undefined} />;
  const { alarms, total } = result;
  const unhandled = alarms.filter(({ state }) => state === "raised" || state === "cleared");
  if (unhandled.length === 0) return null;
  const counts = WORST_FIRST.map((severity) => {
    const rules = total?.rules.filter((one) => one.severity === severity) ?? [];
    const count = rules.reduce((sum, one) => sum + one.alarms, 0);
    return (
      count > 0 && (
        <span key={severity}>
          <a href={hrefHere("/alarms", { severity })}>
            {count.toLocaleString("en")} <Severity of={severity} />
          </a>{" "}
        </span>
      )
    );
  });
  return (
    <Card title="Open alarms" note={counts}>
      <AlarmTable label="Worst alarms" of={unhandled} />
    </Card>
  );
}

const GROUPINGS = ["firmware", "type", "model", "tag"] as const satisfies readonly DropGrouping[];
const RANGES = [
  ["1d", "the last day"],
  ["7d", "the last 7 days"],
  ["30d", "the last 30 days"],
] as const;

/**
 * Which firmware, type, model or site drops most: counted when somebody asks, because all nodes are
 * read for it.
 */
export function Drops() {
  const { values, set } = useValues({ by: GROUPINGS[0], from: RANGES[0][0] });
  const [counted, setCounted] = useState<CountedDrops>();
  return (
    <details class="card">
      <summary>Which nodes drop most</summary>
      <Form
        fields={[
          { name: "by", title: "By what nodes are compared", input: "choice", choices: GROUPINGS },
          { name: "from", title: "In which time drops count", input: "choice", choices: RANGES },
        ]}
        values={values}
        set={set}
        submit="Count"
        send={async (signal) => setCounted(await ask("countDrops", values, signal))}
      >
        <p class="note">
          It reads all {counts.value && totalOf(counts.value).toLocaleString("en")} nodes: 50 read
          units per 1,000, more for those that change often.
        </p>
      </Form>
      {counted !== undefined && <Groups of={counted} />}
    </details>
  );
}

function Groups({ of }: { readonly of: CountedDrops }) {
  const { by, nodes, fromMs, toMs, groups, groupCount = groups.length } = of;
  const most = Math.max(...groups.map(({ perNodeDay }) => perNodeDay), Number.MIN_VALUE);
  return (
    <>
      <Table<GroupDrops>
        label={`Drops by ${by}`}
        columns={[
          { title: by, cell: ({ group }) => <Group by={by} of={group} /> },
          countColumn("nodes", (group) => group.nodes),
          countColumn("offline now", ({ offline }) => offline),
          countColumn("drops", (group) => group.drops),
          countColumn("drops per node and day", ({ perNodeDay }) => perNodeDay, {
            cell: ({ perNodeDay }) => perNodeDay.toFixed(2),
          }),
          {
            title: "of the highest",
            cell: ({ perNodeDay }) => <RatioBar of={perNodeDay / most} />,
          },
        ]}
        rows={groups}
        keyOf={({ group = "" }) => group}
      />
      <p class="note">
        {nodes.toLocaleString("en")} nodes, from {timeText(fromMs)} to {timeText(toMs)}
        {groupCount > groups.length &&
          `; the first ${groups.length} of ${groupCount.toLocaleString("en")} groups`}
      </p>
    </>
  );
}

/** The name of a group; a click shows its nodes. Nodes cannot be selected by their model. */
function Group({ by, of }: { readonly by: DropGrouping; readonly of: string | undefined }) {
  if (of === undefined) return <span class="none">not known</span>;
  if (by === "model") return <Text of={of} max={60} />;
  return (
    <button type="button" class="plain" onClick={() => setParams({ [by]: of })}>
      <Text of={of} max={60} />
    </button>
  );
}
