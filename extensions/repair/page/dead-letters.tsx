import { hrefTo } from "@rainhooks/page/address";
import { act, get } from "@rainhooks/page/api";
import { ConfirmButton } from "@rainhooks/page/confirmed.jsx";
import { endedJobs } from "@rainhooks/page/jobs.jsx";
import { ONCE, useReading } from "@rainhooks/page/live";
import { Pending } from "@rainhooks/page/message.jsx";
import { Table } from "@rainhooks/page/table.jsx";
import { safeText, Text } from "@rainhooks/page/text.jsx";
import { timeText } from "@rainhooks/page/time";
import { useState } from "preact/hooks";
import type { DeadLetterCause } from "../dead-letters/causes.ts";

/** Dead letters of each queue that are read at most. */
const MAX_READ = 1000;

/** The dead letters of a webhook by their causes, with what can be done about a cause in all queues. */
export function DeadLetters({ webhook }: { readonly webhook: string }) {
  const [drops, setDrops] = useState(0);
  const { failure, found } = useReading<readonly DeadLetterCause[]>(
    (signal) => get("/console/dead-letters", {}, signal),
    ONCE,
    [webhook, drops, endedJobs()],
  );
  if (found === undefined || failure !== undefined) return <Pending of={{ found, failure }} lines={2} />;
  const drop = async (cause: DeadLetterCause) => {
    const results = await inEach<{ readonly dropped: number }>("drop", cause);
    setDrops(drops + 1);
    const dropped = results.reduce((sum, one) => sum + one.dropped, 0);
    if (dropped < countOf(cause))
      throw new Error(`${dropped} of ${countOf(cause)} were deleted. The others were not found.`);
  };
  const queues = found.flatMap((one) => one.queues.filter((queue) => queue.webhook === webhook));
  return (
    <>
      {countOf({ queues }) >= MAX_READ && (
        <p class="note">
          These are the first {MAX_READ.toLocaleString("en")} dead letters: there may be more.
        </p>
      )}
      <Table
        label={`Dead letters of ${webhook}`}
        rows={found.filter(({ queues }) => queues.some((one) => one.webhook === webhook))}
        prefix="cause-"
        keyOf={aboutOf}
        columns={[
          {
            name: "cause",
            title: "Cause",
            kind: "wide",
            cell: (cause) => <Text of={aboutOf(cause)} max={300} />,
          },
          { name: "letters", title: "Letters", kind: "number", cell: countOf, order: countOf },
          { name: "queues", title: "Queues", cell: queuesOf },
        ]}
        actions={(cause) => (
          <>
            <ConfirmButton
              title="Redrive all"
              about={safeText(aboutOf(cause), 300)}
              question={`Move ${countOf(cause)} of this cause back to the queues of ${queuesOf(cause)}?`}
              run={async () => {
                await inEach("redrive", cause);
                // Jobs: what comes of them is said at their end.
                return {};
              }}
            />
            <ConfirmButton
              title="Drop all"
              isFinal
              about={safeText(aboutOf(cause), 300)}
              question={`Delete ${countOf(cause)} of this cause for good, in the queues of ${queuesOf(cause)}?`}
              run={() => drop(cause)}
            />
          </>
        )}
        detail={(cause) => <Examples of={cause} />}
        empty="No dead letters."
      />
    </>
  );
}

function aboutOf({ errorCode = "", reason }: DeadLetterCause): string {
  return `${errorCode} ${reason}`.trim();
}

function countOf({ queues }: Pick<DeadLetterCause, "queues">): number {
  return queues.reduce((sum, { ids }) => sum + ids.length, 0);
}

function queuesOf({ queues }: DeadLetterCause): string {
  return queues.map(({ webhook }) => webhook).join(", ");
}

function inEach<Result>(action: string, { queues }: DeadLetterCause): Promise<Result[]> {
  return Promise.all(queues.map((queue) => act<Result>(action, queue)));
}

function Examples({ of: cause }: { readonly of: DeadLetterCause }) {
  const more = countOf(cause) - cause.examples.length;
  return (
    <ul class="examples">
      {cause.examples.map(({ webhook, messageId, deliveryId, publishedAtMs, sentAtMs, body }) => (
        <li key={messageId}>
          {timeText(publishedAtMs)}{" "}
          <a
            href={hrefTo(
              "events",
              deliveryId,
              publishedAtMs === undefined ? {} : { at: String(publishedAtMs) },
            )}
          >
            <Text of={deliveryId} max={80} />
          </a>{" "}
          <span class="note">
            a dead letter of {webhook} since {timeText(sentAtMs)}
          </span>
          <p class="note">
            <Text of={body} max={300} />
          </p>
        </li>
      ))}
      {more > 0 && <li class="note">and {more} more</li>}
    </ul>
  );
}
