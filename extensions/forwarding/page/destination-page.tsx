import { go, hrefHere, idInAddress } from "@rainhooks/page/address";
import { act, changes, commandOf, get } from "@rainhooks/page/api";
import { Bars } from "@rainhooks/page/bars.jsx";
import { Actions } from "@rainhooks/page/confirm-button.jsx";
import { wordsOf } from "@rainhooks/page/form.jsx";
import { endedJobs } from "@rainhooks/page/jobs.jsx";
import {
  Await,
  Card,
  Empty,
  FactList,
  type NamedFact,
  PageTitle,
} from "@rainhooks/page/layout.jsx";
import { useGet } from "@rainhooks/page/live";
import { Ago, Text } from "@rainhooks/page/text.jsx";
import { timeText } from "@rainhooks/page/time";
import { useState } from "preact/hooks";
import type { DestinationResult } from "../routes/destinations.ts";
import { Attempts } from "./attempts.tsx";
import { attemptsEveryMs, Condition, deliveredPercent } from "./condition.tsx";
import { DestinationForm } from "./destination-form.tsx";

/** The page of a destination: its health, its settings, its attempts, and its actions. */
export function DestinationPage() {
  const id = idInAddress();
  const path = `/console/destinations/${encodeURIComponent(id)}`;
  const reading = useGet<DestinationResult>(path, {}, attemptsEveryMs, [
    changes.value,
    endedJobs(),
  ]);
  return (
    <>
      <PageTitle title={id} within={["/destinations", "Destinations"]}>
        {reading.result !== undefined && <DestinationActions of={reading.result} />}
      </PageTitle>
      <Await of={reading} lines={6}>
        {(destination) => (
          <>
            <section class="card" aria-label="Health">
              <p>
                <Condition of={destination} />
              </p>
              <Summary of={destination} />
            </section>
            <Attempts destination={id} canRetry={destination.state === "active"} />
            <Settings of={destination} />
          </>
        )}
      </Await>
    </>
  );
}

function Settings({ of }: { readonly of: DestinationResult }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Card title="Settings">
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
    </Card>
  );
}

const plainWord = (value: string) => (value === "true" ? "yes" : value === "false" ? "no" : value);

function Facts({ of }: { readonly of: DestinationResult }) {
  const { url, auth, publicKey, createdAtMs, settings } = of;
  const text = (value: string) => value !== "" && <Text of={value} max={300} />;
  const facts: readonly NamedFact[] = [
    ["sends to", text(`${url}${url.startsWith("target:") ? "" : "/… (the rest is secret)"}`)],
    ["authentication", text(auth === "none" ? "signature" : `signature, ${auth}`)],
    ["public key", text(publicKey ?? "")],
    ...Object.entries(settings).map(
      ([name, value]) => [wordsOf(name), text(plainWord(value))] as const,
    ),
    ["added", text(timeText(createdAtMs))],
    ["last delivered", <Ago key="delivered" ms={of.lastDeliveredMs} />],
    ["last failed", <Ago key="failed" ms={of.lastFailedMs} />],
  ];
  return <FactList facts={facts} />;
}

function DestinationActions({ of: { id, state, hasMissed } }: { readonly of: DestinationResult }) {
  const lost = hasMissed ? " It has missed events, which it will not get." : "";
  const pause = `Send nothing to ${id} until it is resumed?`;
  const remove = `Remove ${id} and its secrets permanently? Its attempts stay in the log for 30 days.${lost}`;
  return (
    <Actions
      about={id}
      of={[
        {
          title: "Test",
          question: `Send a sample event to ${id}, as a test?`,
          run: () => act("test", { id }),
        },
        state === "active" && { title: "Pause", question: pause, run: () => act("pause", { id }) },
        state !== "active" && {
          title: "Resume without what it missed",
          question: `Send new events to ${id} again, and never what it missed?`,
          run: () => act("resume", { id, skipMissed: true }),
        },
        state !== "active" && {
          title: "Resume",
          question: `Resume ${id}, and send it what it missed?`,
          plan: () => get("/console/plans/resume", { id }),
          run: (_, plan) => act("resume", { id, plan }),
          isPrimary: true,
        },
        {
          title: "Remove",
          question: remove,
          run: async () => {
            await act("destination-rm", { id });
            go(hrefHere("/destinations"));
          },
          isFinal: true,
        },
      ]}
    />
  );
}

/** How its attempts of the last day went. */
function Summary({ of: { id, attempts } }: { readonly of: DestinationResult }) {
  const { fromMs, sinceMs, binMs, delivered, failed, medianMs, p95Ms } = attempts;
  const share = deliveredPercent(attempts);
  if (share === undefined)
    return <Empty>No attempt in the last day: no event that it wants has come.</Empty>;
  return (
    <>
      <p>
        <b>{share.text} delivered</b>: {share.well.toLocaleString("en")} of{" "}
        {share.all.toLocaleString("en")} attempts since {timeText(sinceMs ?? fromMs)}; {medianMs} ms
        in the median, 95 of 100 within {p95Ms} ms
      </p>
      <Bars
        name={id}
        bins={{ fromMs, binMs, count: delivered.length }}
        drawn={{ delivered, failed }}
      />
    </>
  );
}
