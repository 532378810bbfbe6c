import { setParams } from "@rainhooks/page/address";
import { ask } from "@rainhooks/page/api";
import { useMutation } from "@rainhooks/page/asked";
import { counts, totalOf } from "@rainhooks/page/fleet-facts";
import { Failure } from "@rainhooks/page/message.jsx";
import { Select } from "@rainhooks/page/select.jsx";
import { type Column, Table } from "@rainhooks/page/table.jsx";
import { Text } from "@rainhooks/page/text.jsx";
import { timeText } from "@rainhooks/page/time";
import { useState } from "preact/hooks";
import type { DropGrouping } from "../kinds/connection.ts";
import type { CountedDrops, GroupDrops } from "../operations/count-drops.ts";

const GROUPINGS = ["firmware", "type", "model", "tag"] as const satisfies readonly DropGrouping[];
const RANGES = [
  ["1d", "the last day"],
  ["7d", "the last 7 days"],
  ["30d", "the last 30 days"],
] as const;

/** Groups that are listed. */
const MAX_GROUPS = 50;

/**
 * Which firmware, type, model or site drops most: counted when somebody asks, because all nodes are read for
 * it.
 */
export function Drops() {
  const [by, setBy] = useState<DropGrouping>("firmware");
  const [range, setRange] = useState<string>(RANGES[0][0]);
  const asked = useMutation((signal) => ask<CountedDrops>("countDrops", { by, from: range }, signal));
  const { found, failure, isBusy } = asked;
  return (
    <section class="card drops" aria-labelledby="drops">
      <h2 id="drops">
        Which nodes drop most, by{" "}
        <Select
          name="By what nodes are compared"
          value={by}
          of={GROUPINGS}
          onChange={(value) => setBy(GROUPINGS.find((one) => one === value) ?? "firmware")}
        />{" "}
        in <Select name="In which time drops count" value={range} of={RANGES} onChange={setRange} />{" "}
        <button type="button" disabled={isBusy} onClick={() => void asked.ask()}>
          {isBusy ? "Counting …" : "Count"}
        </button>{" "}
        <span class="note">
          reads all {totalOf(counts.value).toLocaleString("en")} nodes: 50 read units per 1,000, more for
          those that change often
        </span>
      </h2>
      {failure !== undefined && <Failure of={failure} />}
      {found !== undefined && <Groups of={found} />}
    </section>
  );
}

function Groups({ of }: { readonly of: CountedDrops }) {
  const { by, nodes, fromMs, toMs } = of;
  const groups = of.groups.slice(0, MAX_GROUPS);
  const most = Math.max(...groups.map(({ perNodeDay }) => perNodeDay), Number.MIN_VALUE);
  const number = (name: "nodes" | "offline" | "drops", title: string): Column<GroupDrops> => ({
    ...{ name, title, kind: "number" },
    cell: (group) => group[name].toLocaleString("en"),
    order: (group) => group[name],
  });
  return (
    <>
      <Table
        label={`Drops by ${by}`}
        columns={[
          { name: "group", title: by, cell: ({ group }) => <Group by={by} of={group} /> },
          number("nodes", "nodes"),
          number("offline", "offline now"),
          number("drops", "drops"),
          {
            ...{ name: "rate", title: "drops per node and day", kind: "number" },
            cell: ({ perNodeDay }) => perNodeDay.toFixed(2),
            order: ({ perNodeDay }) => perNodeDay,
          },
          {
            ...{ name: "share", title: "" },
            cell: ({ perNodeDay }) => (
              <span class="bar">
                <span style={{ width: `${(perNodeDay / most) * 100}%` }} />
              </span>
            ),
          },
        ]}
        rows={groups}
        keyOf={({ group = "" }) => group}
      />
      <p class="note">
        {nodes.toLocaleString("en")} nodes, from {timeText(fromMs)} to {timeText(toMs)}
        {of.groups.length > groups.length &&
          `; the first ${groups.length} of ${of.groups.length.toLocaleString("en")} groups`}
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
