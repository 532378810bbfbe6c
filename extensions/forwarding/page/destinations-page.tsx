import { address, hrefTo, setParams } from "@rainhooks/page/address";
import { changes, get } from "@rainhooks/page/api";
import { Bars } from "@rainhooks/page/bars.jsx";
import { useReading } from "@rainhooks/page/live";
import { Pending } from "@rainhooks/page/message.jsx";
import { PageHead } from "@rainhooks/page/page-head.jsx";
import { commandOf, stage } from "@rainhooks/page/stage";
import { type Column, Table } from "@rainhooks/page/table.jsx";
import { Text } from "@rainhooks/page/text.jsx";
import { Ago } from "@rainhooks/page/time-of.jsx";
import type { DestinationRow } from "../routes/destinations.ts";
import { Condition } from "./condition.tsx";
import { DestinationForm } from "./destination-form.tsx";
import { attemptsEveryMs, deliveredPercent } from "./health.ts";

/** The systems that events are forwarded to, and how each does by its own attempts. */
export function DestinationsPage() {
  const { found, failure } = useReading<readonly DestinationRow[]>(
    (signal) => get("/console/destinations", {}, signal),
    attemptsEveryMs,
    [changes.value],
  );
  const isAdding = address.value.params["add"] !== undefined;
  return (
    <>
      <PageHead title="Destinations">
        {!isAdding && (
          <button type="button" class="primary" onClick={() => setParams({ add: "1" })}>
            Add a destination
          </button>
        )}
      </PageHead>
      {isAdding && (
        <section class="card" aria-label="A new destination">
          <DestinationForm />
        </section>
      )}
      <section class="card" aria-label="Destinations">
        <Pending of={{ found, failure }} lines={4} />
        {found !== undefined && (
          <Table
            label="Destinations"
            columns={COLUMNS}
            rows={found}
            keyOf={({ id }) => id}
            href={({ id }) => hrefTo("destinations", id)}
            empty={
              <>
                No destination yet: events stay in the stage. Add one here, or in the terminal:{" "}
                <code>{commandOf("destinations add crm --url-from env:CRM_URL")}</code>
              </>
            }
          />
        )}
      </section>
      <p class="note">
        Figures are of the attempts of the last day, of many of them of the last 200
        {stage.value?.isLocal === false && ", read every 30 s"}. Given up: attempts after which there is no
        other; their events are dead letters of the function <a href="/webhooks">retries</a>, or were missed
        in a pause.
      </p>
    </>
  );
}

const COLUMNS: readonly Column<DestinationRow>[] = [
  {
    ...{ name: "destination", title: "Destination", kind: "wide", order: ({ id }) => id },
    cell: (one) => (
      <>
        {one.id}
        <small>
          <Text of={[selectionText(one), one.description || one.url].join(" · ")} max={160} />
        </small>
      </>
    ),
  },
  {
    ...{ name: "condition", title: "State", order: ({ condition }) => condition },
    cell: (one) => <Condition of={one} isShort />,
  },
  {
    ...{ name: "day", title: "Last day" },
    cell: ({ id, attempts: { fromMs, binMs, delivered, failed } }) => (
      <Bars
        name={id}
        bins={{ fromMs, binMs, count: delivered.length }}
        drawn={{ delivered, failed }}
        isSmall
      />
    ),
  },
  {
    ...{
      name: "share",
      title: "Delivered",
      kind: "number",
      order: ({ attempts }) => deliveredPercent(attempts)?.share,
    },
    cell: ({ attempts }) => deliveredPercent(attempts)?.text ?? "–",
  },
  {
    ...{ name: "p95", title: "p95", kind: "number", order: ({ attempts }) => attempts.p95Ms },
    cell: ({ attempts: { p95Ms } }) =>
      p95Ms === undefined ? "–" : `${Math.ceil(p95Ms).toLocaleString("en")} ms`,
  },
  {
    ...{
      name: "success",
      title: "Last success",
      kind: "number",
      order: ({ lastDeliveredMs }) => lastDeliveredMs,
    },
    cell: ({ lastDeliveredMs }) => <Ago ms={lastDeliveredMs} />,
  },
  {
    ...{ name: "waiting", title: "Waiting", kind: "number", order: ({ waiting }) => waiting },
    cell: ({ waiting }) => waiting.toLocaleString("en"),
  },
  {
    ...{ name: "givenUp", title: "Given up", kind: "number", order: ({ attempts }) => attempts.givenUp },
    cell: ({ attempts: { givenUp } }) => (
      <span class={givenUp > 0 ? "bad" : "none"}>{givenUp.toLocaleString("en")}</span>
    ),
  },
];

/** Says which events a destination gets. */
function selectionText({ events, nodes, tags, where }: DestinationRow): string {
  const of = [...nodes, ...tags];
  return [
    events.length === 0 ? "all events" : events.join(", "),
    of.length === 0 ? "" : ` of ${of.join(", ")}`,
    where === undefined ? "" : ` where ${where}`,
  ].join("");
}
