import { address } from "@rainhooks/page/address";
import { ask } from "@rainhooks/page/api";
import { Filters } from "@rainhooks/page/filters.jsx";
import { untilFreeReadMs, useReading } from "@rainhooks/page/live";
import { Pending } from "@rainhooks/page/message.jsx";
import { Output } from "@rainhooks/page/output.jsx";
import { PageHead } from "@rainhooks/page/page-head.jsx";
import { type Column, Table } from "@rainhooks/page/table.jsx";
import { Text } from "@rainhooks/page/text.jsx";
import { timeText } from "@rainhooks/page/time";
import type { Audit } from "@rainhooks/stage/operations/audits";

const FIELDS = [
  ["caller", "By whom: a part of the name"],
  ["operation", "Operation, such as pause"],
  ["node", "Node id"],
  ["from", "From, such as 7d (default: 30d)"],
  ["to", "To, such as 1h or 2026-11-24"],
] as const;
const SHOWN = 200;

/** Who has changed what on the stage, newest first. */
export function AuditsPage() {
  const { caller, operation, node, from, to } = address.value.params;
  const request = { caller, operation, node, from, to, limit: SHOWN };
  const { found, failure } = useReading(
    (signal) => ask<{ readonly audits: readonly Audit[] }>("listAudits", request, signal),
    untilFreeReadMs,
    [JSON.stringify(request)],
  );
  return (
    <>
      <PageHead title="Audits" />
      <Filters label="Audits" fields={FIELDS} />
      <section class="card" aria-labelledby="audits">
        <h2 id="audits">Who has changed what</h2>
        <Pending of={{ found, failure }} lines={4} />
        {found !== undefined && (
          <Table
            label="Audits"
            columns={COLUMNS}
            rows={found.audits}
            keyOf={({ id }) => String(id)}
            detail={({ request, result }) => (
              <Output of={JSON.stringify({ request, result }, undefined, 2)} />
            )}
            empty="Nothing was changed in this time."
          />
        )}
        {found?.audits.length === SHOWN && (
          <p class="note">There can be more: these are the first {SHOWN}.</p>
        )}
      </section>
    </>
  );
}

const COLUMNS: readonly Column<Audit>[] = [
  {
    ...{ name: "started", title: "Started", order: ({ startedAtMs }) => startedAtMs },
    cell: ({ startedAtMs }) => timeText(startedAtMs),
  },
  { name: "by", title: "By", cell: ({ caller }) => <Text of={caller} />, order: ({ caller }) => caller },
  { name: "through", title: "Through", cell: ({ door }) => door, order: ({ door }) => door },
  {
    ...{ name: "operation", title: "Operation", order: ({ operation }) => operation },
    cell: ({ operation }) => <Text of={operation} />,
  },
  {
    ...{ name: "outcome", title: "Outcome", order: ({ outcome }) => outcome },
    cell: ({ outcome, error }) => <Text of={error === undefined ? outcome : `${outcome}: ${error}`} />,
  },
  {
    ...{ name: "with", title: "With", kind: "wide" },
    cell: ({ request }) => <Text of={JSON.stringify(request)} max={200} />,
  },
];
