import { address, hrefTo, setParams } from "@rainhooks/page/address";
import { changes, commandOf, stage } from "@rainhooks/page/api";
import { Bars } from "@rainhooks/page/bars.jsx";
import { PageTitle } from "@rainhooks/page/layout.jsx";
import { useGet } from "@rainhooks/page/live";
import {
  agoColumn,
  type Column,
  countColumn,
  ReadTable,
  textColumn,
} from "@rainhooks/page/table.jsx";
import { Text } from "@rainhooks/page/text.jsx";
import type { DestinationRow } from "../routes/destinations.ts";
import { shortType } from "./attempts.tsx";
import { attemptsEveryMs, Condition, deliveredPercent } from "./condition.tsx";
import { DestinationForm } from "./destination-form.tsx";

/** The systems that events are forwarded to, and how each does by its own attempts. */
export function DestinationsPage() {
  const destinations = useGet<readonly DestinationRow[]>(
    "/console/destinations",
    {},
    attemptsEveryMs,
    [changes.value],
  );
  const isAdding = address.value.params["add"] !== undefined;
  return (
    <>
      <PageTitle title="Destinations">
        {!isAdding && (
          <button type="button" class="primary" onClick={() => setParams({ add: "1" })}>
            Add a destination
          </button>
        )}
      </PageTitle>
      {isAdding && (
        <section class="card" aria-label="A new destination">
          <DestinationForm />
        </section>
      )}
      <section class="card" aria-label="Destinations">
        <ReadTable
          label="Destinations"
          columns={COLUMNS}
          of={destinations}
          lines={10}
          rows={(rows) => rows}
          keyOf={({ id }) => id}
          href={({ id }) => hrefTo("destinations", id)}
          empty={
            <>
              No destination yet: events stay in the stage. Add one here, or in the terminal:{" "}
              <code>{commandOf("destinations add crm --url-from env:CRM_URL")}</code>
            </>
          }
        />
      </section>
      <p class="note">
        Figures are of the attempts of the last day, of many of them of the last 200
        {stage.value?.isLocal === false && ", read every 30 s"}. Given up: attempts after which
        there is no other; their events are dead letters of the function{" "}
        <a href="/webhooks">retries</a>, or were missed in a pause.
      </p>
    </>
  );
}

const COLUMNS: readonly Column<DestinationRow>[] = [
  {
    title: "Destination",
    kind: "wide",
    order: ({ id }) => id,
    cell: (one) => (
      <>
        {one.id}
        <small>
          <Text of={[selectionText(one), one.description || one.url].join(" · ")} max={160} />
        </small>
      </>
    ),
  },
  textColumn("State", ({ condition }) => condition, {
    cell: (one) => <Condition of={one} isShort />,
  }),
  {
    title: "Last day",
    cell: ({ id, attempts: { fromMs, binMs, delivered, failed } }) => (
      <Bars
        name={id}
        bins={{ fromMs, binMs, count: delivered.length }}
        drawn={{ delivered, failed }}
        isSmall
      />
    ),
  },
  countColumn("Delivered", ({ attempts }) => deliveredPercent(attempts)?.share, {
    cell: ({ attempts }) => deliveredPercent(attempts)?.text ?? "–",
  }),
  countColumn("p95, ms", ({ attempts: { p95Ms } }) => p95Ms && Math.ceil(p95Ms)),
  agoColumn("Last success", ({ lastDeliveredMs }) => lastDeliveredMs),
  countColumn("Waiting", ({ waiting }) => waiting),
  countColumn("Given up", ({ attempts }) => attempts.givenUp, { isBad: true }),
];

/** Says which events a destination gets. */
function selectionText({ events, nodes, tags, where }: DestinationRow): string {
  const of = [...nodes, ...tags];
  return [
    events === "all" ? "all events" : events.map(shortType).join(", "),
    of.length === 0 ? "" : ` of ${of.join(", ")}`,
    where === undefined ? "" : ` where ${where}`,
  ].join("");
}
