import { address, go, hrefOf, idInAddress } from "@rainhooks/page/address";
import { act, get } from "@rainhooks/page/api";
import { Bars, sumOf } from "@rainhooks/page/bars.jsx";
import { ConfirmButton } from "@rainhooks/page/confirmed.jsx";
import { FactList, type NamedFact } from "@rainhooks/page/facts.jsx";
import { useReading } from "@rainhooks/page/live";
import { Failure, Skeleton } from "@rainhooks/page/message.jsx";
import { commandOf, stage } from "@rainhooks/page/stage";
import { Text } from "@rainhooks/page/text.jsx";
import { timeText } from "@rainhooks/page/time";
import { Ago } from "@rainhooks/page/time-of.jsx";
import { useEffect, useState } from "preact/hooks";
import type { DestinationAnswer } from "../routes/destinations.ts";
import { Attempts } from "./attempts.tsx";
import { Condition } from "./condition.tsx";
import { DestinationForm } from "./destination-form.tsx";
import { wordsOf } from "./setting.tsx";

/** Attempts are read from a table that is paid for each reading. */
const [EVERY_MS, DEPLOYED_EVERY_MS] = [5000, 30_000];

/** The page of a destination: its health, its settings, its attempts, and its actions. */
export function DestinationPage() {
  const id = idInAddress();
  const [reads, setReads] = useState(0);
  const { found, failure } = useReading<DestinationAnswer>(
    (signal) => get(`/console/destinations/${encodeURIComponent(id)}`, {}, signal),
    () => (stage.value?.isLocal === false ? DEPLOYED_EVERY_MS : EVERY_MS),
    [id, reads],
  );
  useEffect(() => {
    document.title = `${id} · Rainhooks`;
  }, [id]);
  const { tz } = address.value.params;
  return (
    <>
      <p class="note">
        <a href={hrefOf("/webhooks", { tz })}>Webhooks and destinations</a>
      </p>
      {failure !== undefined && <Failure of={failure} />}
      {found === undefined && failure === undefined && <Skeleton lines={6} />}
      {found !== undefined && <Found of={found} onChanged={() => setReads(reads + 1)} />}
    </>
  );
}

interface FoundProps {
  readonly of: DestinationAnswer;
  readonly onChanged: () => void;
}

function Found({ of, onChanged }: FoundProps) {
  const { id, state } = of;
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <section class="card" aria-labelledby="destination">
        <h1 id="destination">{id}</h1>
        <p>
          <Condition of={of} />
        </p>
        <Facts of={of} />
        <ConfirmButton
          title={`Test ${id}`}
          question={`Send a sample event to ${id}, as a test?`}
          run={() => act("test", { id })}
        />
        <Actions id={id} isActive={state === "active"} />
        <ConfirmButton
          title={`Remove ${id}`}
          question={`Remove ${id} and its secrets permanently? Its attempts stay in the log for 30 days.${of.hasMissed ? " It has missed events, which it will not get." : ""}`}
          run={async () => {
            await act("destination-rm", { id });
            go(hrefOf("/webhooks", { tz: address.value.params["tz"] }));
          }}
        />
        <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
          <summary>Change it</summary>
          {!isOpen ? null : of.url.startsWith("target:") ? (
            <p class="note">
              It is a target of the stage's file: change it in the terminal.{" "}
              <code>{commandOf(`destinations set ${id} --events alert`)}</code>
            </p>
          ) : (
            <DestinationForm of={of} onDone={onChanged} />
          )}
        </details>
      </section>
      <Summary of={of} />
      <Attempts destination={id} canRetry={state === "active"} />
    </>
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

function Actions({ id, isActive }: { readonly id: string; readonly isActive: boolean }) {
  if (isActive)
    return (
      <ConfirmButton
        title={`Pause ${id}`}
        question={`Send nothing to ${id} until it is resumed?`}
        run={() => act("pause", { id })}
      />
    );
  return (
    <>
      <ConfirmButton
        title={`Resume ${id}`}
        question={`Resume ${id}, and send it what it missed?`}
        plan={() => get("/console/plans/resume", { id })}
        run={() => act("resume", { id })}
      />
      <ConfirmButton
        title={`Resume ${id} without what it missed`}
        question={`Send new events to ${id} again, and never what it missed?`}
        run={() => act("resume", { id, skipMissed: true })}
      />
    </>
  );
}

/** How its attempts of the last day went. */
function Summary({ of: { id, attempts } }: { readonly of: DestinationAnswer }) {
  const { fromMs, binMs, delivered, failed, medianMs, p95Ms } = attempts;
  const [well, badly] = [sumOf(delivered), sumOf(failed)];
  if (well + badly === 0) return null;
  const share = ((100 * well) / (well + badly)).toFixed(well === 0 || badly === 0 ? 0 : 1);
  return (
    <section class="card activity" aria-label={`attempts of ${id} over time`}>
      <p>
        <b>{share} % delivered</b>: {well.toLocaleString("en")} of {(well + badly).toLocaleString("en")}{" "}
        attempts since {timeText(fromMs)}; {medianMs} ms in the median, 95 of 100 within {p95Ms} ms
      </p>
      <Bars name={id} bins={{ fromMs, binMs, count: delivered.length }} drawn={{ delivered, failed }} />
    </section>
  );
}
