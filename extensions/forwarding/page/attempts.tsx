import { DAY_MS, MINUTE_MS } from "@rainhooks/core/durations";
import { address, hrefTo, setParams } from "@rainhooks/page/address";
import { act, changes } from "@rainhooks/page/api";
import { ConfirmButton } from "@rainhooks/page/confirm-button.jsx";
import { Filters } from "@rainhooks/page/filters.jsx";
import { endedJobs } from "@rainhooks/page/jobs.jsx";
import { Await, Card, Failure, Select } from "@rainhooks/page/layout.jsx";
import { untilFreeReadMs, useGet } from "@rainhooks/page/live";
import { type Column, countColumn, Table, textColumn, timeColumn } from "@rainhooks/page/table.jsx";
import { IdLink, Output } from "@rainhooks/page/text.jsx";
import { currentMs, timeText } from "@rainhooks/page/time";
import { copyText } from "@rainhooks/page/toasts.jsx";
import type { ResultOf } from "@rainhooks/stage/query/question";
import { shellWord } from "@rainhooks/stage/terminal/shell";
import type { attemptQuestion, listAttemptsQuestion } from "../questions/attempts.ts";
import { isTest } from "../worker/refuse.ts";

type ListedAttempts = ResultOf<typeof listAttemptsQuestion> & { readonly next?: string };
type Listed = ListedAttempts["attempts"][number];

interface Props {
  readonly destination: string;
  /** Whether an event can be sent again. */
  readonly canRetry: boolean;
}

const STATES = [["", "all"], "failed", "delivered"] as const;
const FIELDS = [
  { name: "event", title: "Event, such as alert" },
  { name: "node", title: "Node id" },
];
const SHOWN = 50;
/** How long attempts are kept. */
const KEPT_DAYS = 30;

/** The attempts at a destination, newest first. */
export function Attempts({ destination, canRetry }: Props) {
  const { state, event, node, before } = address.value.params;
  // What no key has is looked for in a day of attempts.
  const days = event === undefined && node === undefined ? KEPT_DAYS : 1;
  // Whole minutes, so that nothing is read again before a minute has passed.
  const toMs =
    before === undefined ? Math.ceil(currentMs() / MINUTE_MS) * MINUTE_MS : Number(before);
  const params = {
    destination,
    state,
    event,
    node,
    from: Math.max(0, toMs - days * DAY_MS),
    to: before,
    limit: SHOWN,
  };
  const everyMs = () => untilFreeReadMs(before === undefined);
  const again = [changes.value, endedJobs()];
  return (
    <Card title="Attempts" note={before !== undefined && `before ${timeText(Number(before))}`}>
      <Filters label="Attempts" fields={FIELDS}>
        <Select
          name="which attempts"
          value={state ?? ""}
          of={STATES}
          onChange={(value) => setParams({ state: value })}
        />
        {before !== undefined && (
          <button type="button" onClick={() => setParams({ before: "" })}>
            newest
          </button>
        )}
      </Filters>
      <Await of={useGet<ListedAttempts>("/v1/attempts", params, everyMs, again)} lines={14}>
        {({ attempts, next }) => (
          <>
            <Table
              label="Attempts"
              columns={COLUMNS}
              rows={attempts}
              keyOf={({ id }) => id}
              nameOf={nameOf}
              detail={({ id, nodeId }) => <AttemptDetail id={id} node={nodeId} />}
              actions={
                canRetry ? (one) => <Retry of={[one]} destination={destination} /> : undefined
              }
              bulk={canRetry ? (all) => <Retry of={all} destination={destination} /> : undefined}
              empty={`No such attempts in ${days === 1 ? "this day" : `these ${days} days`}.`}
            />
            {next !== undefined && (
              <button
                type="button"
                onClick={() => setParams({ before: String(attempts.at(-1)?.atMs ?? "") })}
              >
                Older attempts
              </button>
            )}
          </>
        )}
      </Await>
    </Card>
  );
}

/** An event type without its prefix, which the page does not know the catalog for. */
export const shortType = (type: string) => type.replace(/^.*\./, "");
const nameOf = ({ eventType, atMs }: Listed) => `${shortType(eventType)} of ${timeText(atMs)}`;

const COLUMNS: readonly Column<Listed>[] = [
  timeColumn("Time", ({ atMs }) => atMs),
  {
    title: "Outcome",
    cell: ({ outcome, status }) => (
      <b class={outcome === "delivered" ? "online" : "bad"}>
        {outcome} {status}
      </b>
    ),
  },
  textColumn("Event", ({ eventType, events }) => {
    return `${events === undefined ? "" : `${events} × `}${shortType(eventType)}`;
  }),
  textColumn("Node", ({ nodeId }) => nodeId, { kind: "id" }),
  countColumn("Attempt", ({ attempt }) => attempt),
  countColumn("Took, ms", ({ durationMs }) => durationMs),
  textColumn("Error", ({ error }) => error, { kind: "wide" }),
];

interface RetryProps {
  readonly of: readonly Listed[];
  readonly destination: string;
}

/** False for what is not sent again: a test, a batch, and what will be sent by itself. */
function canRepeat({ outcome, events, nextAtMs, webhookId }: Listed): boolean {
  return (
    outcome !== "delivered" && events === undefined && nextAtMs === undefined && !isTest(webhookId)
  );
}

/** Sends the events of those attempts again that have failed. */
function Retry({ of, destination }: RetryProps) {
  const delivered = new Set(
    of.filter(({ outcome }) => outcome === "delivered").map((one) => one.webhookId),
  );
  const missing = of.filter((one) => canRepeat(one) && !delivered.has(one.webhookId));
  const failed = [...new Map(missing.map((one) => [one.webhookId, one])).values()];
  if (failed.length === 0) return null;
  const isOne = of.length === 1;
  return (
    <ConfirmButton
      title={isOne ? "Retry" : `Retry ${failed.length} failed`}
      question={`Send ${failed.length === 1 ? "this event" : `${failed.length} events`} to ${destination} once more?`}
      run={() => act("retry", { id: failed.map(({ id }) => id) })}
    />
  );
}

function AttemptDetail({ id, node }: { readonly id: string; readonly node: string | undefined }) {
  const attempt = useGet<ResultOf<typeof attemptQuestion>>(
    `/v1/attempts/${encodeURIComponent(id)}`,
  );
  const body = useGet<{ readonly body: string }>("/console/reads/attemptBody", { id });
  return (
    <Await of={attempt} lines={2}>
      {({
        method,
        url,
        headers,
        bodyBytes,
        response,
        error,
        deliveryId,
        publishedMs,
        nextAtMs,
        all,
        attempt: place,
      }) => {
        const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
        const sent = body.result?.body ?? (body.failure === undefined ? "…" : "");
        return (
          <>
            <p class="note">
              <a href={hrefTo("events", deliveryId, { at: String(publishedMs) })}>
                What became of this event
              </a>{" "}
              {node !== undefined && <IdLink page="nodes" id={node} />}
              {all.length > 1 && ` · attempt ${place} of ${all.length}`}
              {nextAtMs !== undefined && ` · the next one at ${timeText(nextAtMs)}`}{" "}
              {method === "POST" && (
                <button
                  type="button"
                  class="plain"
                  disabled={body.result === undefined}
                  onClick={() =>
                    void copyText(
                      curlText(url, head, sent),
                      "Copied: put in the path and what is ***.",
                    )
                  }
                >
                  Copy as curl
                </button>
              )}
            </p>
            <div class="beside">
              <Output
                title={`Request, with a body of ${bodyBytes} bytes, shown in the format of now`}
                of={[`${method} ${url}`, ...head, "", sent].join("\n")}
              />
              <Output title="Response" of={response ?? error ?? "no response"} />
            </div>
            {body.failure !== undefined && <Failure of={body.failure} />}
          </>
        );
      }}
    </Await>
  );
}

/** Returns the request for a shell: secrets are `***` in it, and its URL has no path. */
function curlText(url: string, head: readonly string[], body: string): string {
  const headers = head.map((one) => `-H ${shellWord(one)}`);
  return [`curl ${shellWord(url)}`, ...headers, `--data-raw ${shellWord(body)}`].join(" \\\n  ");
}
