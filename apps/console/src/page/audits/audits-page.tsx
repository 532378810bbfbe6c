import { address } from "@rainhooks/page/address";
import { ask } from "@rainhooks/page/api";
import { Filters } from "@rainhooks/page/filters.jsx";
import { untilFreeReadMs, useReading } from "@rainhooks/page/live";
import { Empty, Failure, Skeleton } from "@rainhooks/page/message.jsx";
import { Text } from "@rainhooks/page/text.jsx";
import { timeText } from "@rainhooks/page/time";
import type { Audit } from "@rainhooks/stage/operations/audits";
import { useEffect } from "preact/hooks";

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
  useEffect(() => {
    document.title = "Audits · Rainhooks";
  }, []);
  return (
    <>
      <h1 class="visually-hidden">Audits</h1>
      <Filters label="Audits" fields={FIELDS} />
      <section class="card" aria-labelledby="audits">
        <h2 id="audits">Who has changed what</h2>
        {failure !== undefined && <Failure of={failure} />}
        {found === undefined && failure === undefined && <Skeleton lines={4} />}
        {found?.audits.length === 0 && <Empty>Nothing was changed in this time.</Empty>}
        {found !== undefined && found.audits.length > 0 && <Table of={found.audits} />}
        {found?.audits.length === SHOWN && (
          <p class="note">There can be more: these are the first {SHOWN}.</p>
        )}
      </section>
    </>
  );
}

function Table({ of }: { readonly of: readonly Audit[] }) {
  return (
    <table aria-label="Audits">
      <thead>
        <tr>
          {["started", "by", "through", "operation", "outcome", "with"].map((title) => (
            <th key={title}>{title}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {of.map(({ id, startedAtMs, caller, door, operation, outcome, error, request, result }) => (
          <tr key={id}>
            <td>{timeText(startedAtMs)}</td>
            <td>
              <Text of={caller} />
            </td>
            <td>{door}</td>
            <td>
              <Text of={operation} />
            </td>
            <td>{error === undefined ? outcome : `${outcome}: ${error}`}</td>
            <td title={JSON.stringify({ request, result }, undefined, 1)}>
              <Text of={JSON.stringify(request)} max={200} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
