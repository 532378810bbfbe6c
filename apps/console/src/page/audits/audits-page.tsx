import { Filters, valuesOf } from "@rainhooks/page/filters.jsx";
import { Card, PageTitle } from "@rainhooks/page/layout.jsx";
import { untilFreeReadMs, useGet } from "@rainhooks/page/live";
import { type Column, ReadTable, textColumn, timeColumn } from "@rainhooks/page/table.jsx";
import { Output } from "@rainhooks/page/text.jsx";
import type { Audit } from "@rainhooks/stage/operations/audits";

const FIELDS = [
  { name: "caller", title: "By whom, or a part of the name" },
  { name: "operation", title: "Operation, such as pause" },
  { name: "node", title: "Node id" },
  { name: "from", title: "From, such as 7d (default: 30d)" },
  { name: "to", title: "To, such as 1h or 2026-11-24" },
];
const SHOWN = 200;

/** Who has changed what on the stage, newest first. */
export function AuditsPage() {
  const audits = useGet<{ readonly audits: readonly Audit[] }>(
    "/console/reads/listAudits",
    { ...valuesOf(FIELDS), limit: SHOWN },
    untilFreeReadMs,
  );
  return (
    <>
      <PageTitle title="Audits" />
      <Filters label="Audits" fields={FIELDS} />
      <Card title="Who has changed what">
        <ReadTable
          label="Audits"
          columns={COLUMNS}
          of={audits}
          rows={(result) => result.audits}
          keyOf={({ id }) => String(id)}
          detail={({ request, result }) => (
            <Output of={JSON.stringify({ request, result }, undefined, 2)} />
          )}
          empty="Nothing was changed in this time."
        />
        {audits.result?.audits.length === SHOWN && (
          <p class="note">There can be more: these are the first {SHOWN}.</p>
        )}
      </Card>
    </>
  );
}

const COLUMNS: readonly Column<Audit>[] = [
  timeColumn("Started", ({ startedAtMs }) => startedAtMs),
  textColumn("By", ({ caller }) => caller),
  textColumn("Through", ({ door }) => door),
  textColumn("Operation", ({ operation }) => operation),
  textColumn("Outcome", ({ outcome, error }) =>
    error === undefined ? outcome : `${outcome}: ${error}`,
  ),
  textColumn("With", ({ request }) => JSON.stringify(request), { kind: "wide" }),
];
