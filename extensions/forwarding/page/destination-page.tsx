import { address, go, hrefOf, idInAddress } from "@rainhooks/page/address";
import { act, changes, get } from "@rainhooks/page/api";
import { Bars } from "@rainhooks/page/bars.jsx";
import { ConfirmButton } from "@rainhooks/page/confirmed.jsx";
import { FactList, type NamedFact } from "@rainhooks/page/facts.jsx";
import { wordsOf } from "@rainhooks/page/form.jsx";
import { endedJobs } from "@rainhooks/page/jobs.jsx";
import { useReading } from "@rainhooks/page/live";
import { Empty, Pending } from "@rainhooks/page/message.jsx";
import { PageHead } from "@rainhooks/page/page-head.jsx";
import { commandOf } from "@rainhooks/page/stage";
import { Text } from "@rainhooks/page/text.jsx";
import { timeText } from "@rainhooks/page/time";
import { Ago } from "@rainhooks/page/time-of.jsx";
import { useState } from "preact/hooks";
import type { DestinationAnswer } from "../routes/destinations.ts";
import { Attempts } from "./attempts.tsx";
import { Condition } from "./condition.tsx";
import { DestinationForm } from "./destination-form.tsx";
import { attemptsEveryMs, deliveredPercent } from "./health.ts";

/** The page of a destination: its health, its settings, its attempts, and its actions. */
export function DestinationPage() {
  const id = idInAddress();
  const { found, failure } = useReading<DestinationAnswer>(
    (signal) => get(`/console/destinations/${encodeURIComponent(id)}`, {}, signal),
    attemptsEveryMs,
    [id, changes.value, endedJobs()],
  );
  return (
    <>
      <PageHead
        title={id}
        within={[hrefOf("/destinations", { tz: address.value.params["tz"] }), "Destinations"]}
      >
        {found !== undefined && <Actions of={found} />}
      </PageHead>
      <Pending of={{ found, failure }} lines={6} />
      {found !== undefined && (
        <>
          <section class="card" aria-label="Health">
            <p>
              <Condition of={found} />
            </p>
            <Summary of={found} />
          </section>
          <Attempts destination={id} canRetry={found.state === "active"} />
          <Settings of={found} />
        </>
      )}
    </>
  );
}

function Settings({ of }: { readonly of: DestinationAnswer }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <section class="card" aria-labelledby="settings">
      <h2 id="settings">Settings</h2>
      <Facts of={of} />
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>Change it</summary>
        {!isOpen ? null : of.url.startsWith("target:") ? (
          <p class="note">
            It is a target of the stage's file: change it in the terminal.{" "}
            <code>{commandOf(`destinations set ${of.id} --events alert`)}</code>
          </p>
        ) : (
          <DestinationForm of={of} />
        )}
      </details>
    </section>
  );
}

function Facts({ of }: { readonly of: DestinationAnswer }) {
  const { url, auth, publicKey, createdAtMs, settings } = of;
  const text = (value: string) => value !== "" && <Text of={value} max={300} />;
  const facts: readonly NamedFact[] = [
    ["sends to", text(`${url}${url.startsWith("target:") ? "" : "/… (the rest is secret)"}`)],
    ["authentication", text(auth === "none" ? "signature" : `signature, ${auth}`)],
    ["public key", text(publicKey ?? "")],
    ...Object.entries(settings).map(([name, value]) => [wordsOf(name), text(value)] as const),
    ["added", text(timeText(createdAtMs))],
    ["last delivered", <Ago key="delivered" ms={of.lastDeliveredMs} />],
    ["last failed", <Ago key="failed" ms={of.lastFailedMs} />],
  ];
  return <FactList facts={facts} />;
}

function Actions({ of: { id, state, hasMissed } }: { readonly of: DestinationAnswer }) {
  return (
    <div class="buttons">
      <ConfirmButton
        title="Test"
        about={id}
        question={`Send a sample event to ${id}, as a test?`}
        run={() => act("test", { id })}
      />
      {state === "active" ? (
        <ConfirmButton
          title="Pause"
          about={id}
          question={`Send nothing to ${id} until it is resumed?`}
          run={() => act("pause", { id })}
        />
      ) : (
        <>
          <ConfirmButton
            title="Resume without what it missed"
            question={`Send new events to ${id} again, and never what it missed?`}
            run={() => act("resume", { id, skipMissed: true })}
          />
          <ConfirmButton
            title="Resume"
            about={id}
            question={`Resume ${id}, and send it what it missed?`}
            plan={() => get("/console/plans/resume", { id })}
            run={() => act("resume", { id })}
            isPrimary
          />
        </>
      )}
      <ConfirmButton
        title="Remove"
        about={id}
        question={`Remove ${id} and its secrets permanently? Its attempts stay in the log for 30 days.${hasMissed ? " It has missed events, which it will not get." : ""}`}
        run={async () => {
          await act("destination-rm", { id });
          go(hrefOf("/destinations", { tz: address.value.params["tz"] }));
        }}
        isFinal
      />
    </div>
  );
}

/** How its attempts of the last day went. */
function Summary({ of: { id, attempts } }: { readonly of: DestinationAnswer }) {
  const { fromMs, sinceMs, binMs, delivered, failed, medianMs, p95Ms } = attempts;
  const share = deliveredPercent(attempts);
  if (share === undefined) return <Empty>No attempt in the last day: no event that it wants has come.</Empty>;
  return (
    <>
      <p>
        <b>{share.text} delivered</b>: {share.well.toLocaleString("en")} of {share.all.toLocaleString("en")}{" "}
        attempts since {timeText(sinceMs ?? fromMs)}; {medianMs} ms in the median, 95 of 100 within {p95Ms} ms
      </p>
      <Bars name={id} bins={{ fromMs, binMs, count: delivered.length }} drawn={{ delivered, failed }} />
    </>
  );
}
