import { DAY_MS } from "@rainhooks/core/durations";
import { address, hrefTo, setParams } from "@rainhooks/page/address";
import { act, changes, get } from "@rainhooks/page/api";
import { ConfirmButton } from "@rainhooks/page/confirmed.jsx";
import { endedJobs } from "@rainhooks/page/jobs.jsx";
import { ONCE, untilFreeReadMs, useReading } from "@rainhooks/page/live";
import { Failure, Pending } from "@rainhooks/page/message.jsx";
import { Output } from "@rainhooks/page/output.jsx";
import { type Column, Table } from "@rainhooks/page/table.jsx";
import { Text } from "@rainhooks/page/text.jsx";
import { isoTime, timeText } from "@rainhooks/page/time";
import { toast } from "@rainhooks/page/toasts.jsx";
import type { AnswerOf } from "@rainhooks/stage/query/question";
import { shellWord } from "@rainhooks/stage/terminal/shell";
import type { attemptQuestion, listAttemptsQuestion } from "../questions/attempts.ts";
import { isTest } from "../worker/refuse.ts";

type Listed = AnswerOf<typeof listAttemptsQuestion>["attempts"][number];

interface Props {
  readonly destination: string;
  /** Whether an event can be sent again. */
  readonly canRetry: boolean;
}

const STATES = ["all", "failed", "delivered"] as const;
const SHOWN = 50;

/** The attempts at a destination, newest first. */
export function Attempts({ destination, canRetry }: Props) {
  const { state, event, node, before } = address.value.params;
  // What no key has is looked for in a day of attempts.
  const days = event === undefined && node === undefined ? KEPT_DAYS : 1;
  const range = rangeTo(before, days);
  const { found, failure } = useReading<AnswerOf<typeof listAttemptsQuestion> & { readonly next?: string }>(
    (signal) => get("/v1/attempts", { destination, state, event, node, ...range, limit: SHOWN }, signal),
    () => untilFreeReadMs(before === undefined),
    [destination, state, event, node, before, changes.value, endedJobs()],
  );
  const oldestMs = found?.attempts.at(-1)?.atMs;
  return (
    <section class="card" aria-labelledby="attempts">
      <h2 id="attempts">Attempts {before === undefined ? "" : `before ${timeText(Number(before))}`}</h2>
      <fieldset class="range">
        <legend class="visually-hidden">Which attempts</legend>
        {STATES.map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={(state ?? "all") === name}
            onClick={() => setParams({ state: name === "all" ? "" : name })}
          >
            {name}
          </button>
        ))}
        {(["event", "node"] as const).map((name) => (
          <label key={name}>
            {name}{" "}
            <input
              type="search"
              size={12}
              maxLength={256}
              value={address.value.params[name] ?? ""}
              onChange={({ currentTarget }) => setParams({ [name]: currentTarget.value.trim() })}
            />
          </label>
        ))}
        {before !== undefined && (
          <button type="button" onClick={() => setParams({ before: "" })}>
            newest
          </button>
        )}
      </fieldset>
      <Pending of={{ found, failure }} lines={3} />
      {found !== undefined && (
        <Table
          label="Attempts"
          columns={COLUMNS}
          rows={found.attempts}
          keyOf={({ id }) => id}
          nameOf={({ eventType, atMs }) => `${shortType(eventType)} of ${timeText(atMs)}`}
          detail={({ id, nodeId }) => <AttemptDetail id={id} node={nodeId} />}
          actions={canRetry ? (one) => <Retry of={[one]} destination={destination} /> : undefined}
          bulk={canRetry ? (all) => <Retry of={all} destination={destination} /> : undefined}
          empty={`No such attempts in ${days === 1 ? "this day" : `these ${days} days`}.`}
        />
      )}
      {found?.next !== undefined && oldestMs !== undefined && (
        <button type="button" onClick={() => setParams({ before: String(oldestMs) })}>
          Older attempts
        </button>
      )}
    </section>
  );
}

/** An event type without its prefix, which the page does not know the catalog for. */
const shortType = (type: string) => type.replace(/^.*\./, "");

/** How long attempts are kept. */
const KEPT_DAYS = 30;

/** Returns the range of some days up to a time. */
function rangeTo(before: string | undefined, days: number): { readonly from: number; readonly to?: string } {
  const toMs = before === undefined ? Date.now() : Number(before);
  return { from: Math.max(0, toMs - days * DAY_MS), ...(before === undefined ? {} : { to: before }) };
}

const COLUMNS: readonly Column<Listed>[] = [
  {
    ...{ name: "at", title: "Time" },
    cell: ({ atMs }) => <time dateTime={isoTime(atMs)}>{timeText(atMs)}</time>,
  },
  {
    ...{ name: "outcome", title: "Outcome" },
    cell: ({ outcome, status }) => (
      <b class={outcome === "delivered" ? "online" : "bad"}>
        {outcome} {status}
      </b>
    ),
  },
  {
    ...{ name: "event", title: "Event" },
    cell: ({ eventType, events }) => (
      <Text of={`${events === undefined ? "" : `${events} × `}${shortType(eventType)}`} max={40} />
    ),
  },
  { name: "node", title: "Node", kind: "id", cell: ({ nodeId }) => <Text of={nodeId} max={40} /> },
  { name: "attempt", title: "Attempt", kind: "number", cell: ({ attempt }) => attempt },
  {
    ...{ name: "took", title: "Took", kind: "number" },
    cell: ({ durationMs }) => `${durationMs.toLocaleString("en")} ms`,
    order: ({ durationMs }) => durationMs,
  },
  {
    name: "error",
    title: "Error",
    kind: "wide",
    cell: ({ error }) => error !== undefined && <Text of={error} max={200} />,
  },
];

interface RetryProps {
  readonly of: readonly Listed[];
  readonly destination: string;
}

/** What came of an event that was sent again. */
type Made = Pick<Listed, "outcome">;

/** False for what is not sent again: a test, a batch, and what will be sent by itself. */
function canRepeat({ outcome, events, nextAtMs, webhookId }: Listed): boolean {
  return outcome !== "delivered" && events === undefined && nextAtMs === undefined && !isTest(webhookId);
}

/** Sends the events of those attempts again that have failed. */
function Retry({ of, destination }: RetryProps) {
  const failed = [...new Map(of.filter(canRepeat).map((one) => [one.webhookId, one])).values()];
  if (failed.length === 0) return null;
  const isOne = of.length === 1;
  return (
    <ConfirmButton
      title={isOne ? "Retry" : `Retry ${failed.length} failed`}
      question={`Send ${failed.length === 1 ? "this event" : `${failed.length} events`} to ${destination} once more?`}
      run={async () => {
        const outcomes: string[] = [];
        for (const { id } of failed) {
          const made = await act<Made>("retry", { id }).catch((error: unknown) => {
            if (failed.length === 1) throw error;
            return { outcome: "failed" };
          });
          outcomes.push(made.outcome);
        }
        const counts = Map.groupBy(outcomes, (outcome) => outcome);
        return [...counts].map(([outcome, { length }]) => `${length} ${outcome}`).join(", ");
      }}
    />
  );
}

function AttemptDetail({ id, node }: { readonly id: string; readonly node: string | undefined }) {
  const { found, failure } = useReading<AnswerOf<typeof attemptQuestion>>(
    (signal) => get(`/v1/attempts/${encodeURIComponent(id)}`, {}, signal),
    ONCE,
    [id],
  );
  const body = useReading<{ readonly body: string }>(
    (signal) => get("/console/reads/attemptBody", { id }, signal),
    ONCE,
    [id],
  );
  if (found === undefined || failure !== undefined) return <Pending of={{ found, failure }} lines={2} />;
  const { method, url, headers, bodyBytes, response, deliveryId, publishedMs, nextAtMs, all } = found;
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return (
    <>
      <p class="note">
        <a href={hrefTo("events", deliveryId, { at: String(publishedMs) })}>What became of this event</a>
        {node !== undefined && (
          <>
            {" · "}
            <a href={hrefTo("nodes", node)}>
              <Text of={node} max={60} />
            </a>
          </>
        )}
        {all.length > 1 && ` · attempt ${found.attempt} of ${all.length}`}
        {nextAtMs !== undefined && ` · the next one at ${timeText(nextAtMs)}`}{" "}
        {method === "POST" && <CopyCurl url={url} head={head} body={body.found?.body} />}
      </p>
      <div class="beside">
        <figure>
          <figcaption class="note">
            Request, with a body of {bodyBytes} bytes, shown in the format of now
          </figcaption>
          <Output
            of={[
              `${method} ${url}`,
              ...head,
              "",
              body.found?.body ?? (body.failure === undefined ? "…" : ""),
            ].join("\n")}
          />
          {body.failure !== undefined && <Failure of={body.failure} />}
        </figure>
        <figure>
          <figcaption class="note">Response</figcaption>
          <Output of={response ?? found.error ?? "no response"} />
        </figure>
      </div>
    </>
  );
}

interface CurlProps {
  readonly url: string;
  readonly head: readonly string[];
  readonly body: string | undefined;
}

/** Copies the request for a shell: secrets are `***` in it, and its URL has no path. */
function CopyCurl({ url, head, body }: CurlProps) {
  const command = [
    `curl ${shellWord(url)}`,
    ...head.map((one) => `-H ${shellWord(one)}`),
    `--data-raw ${shellWord(body ?? "")}`,
  ].join(" \\\n  ");
  const copy = async () => {
    const isCopied = await navigator.clipboard.writeText(command).then(
      () => true,
      () => false,
    );
    toast(isCopied ? "Copied: put in the path and what is ***." : "The browser did not let it be copied.");
  };
  return (
    <button type="button" class="plain" disabled={body === undefined} onClick={() => void copy()}>
      Copy as curl
    </button>
  );
}
