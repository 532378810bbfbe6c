import { act } from "@rainhooks/page/api";
import { Actions } from "@rainhooks/page/confirm-button.jsx";
import { endedJobs } from "@rainhooks/page/jobs.jsx";
import { Await } from "@rainhooks/page/layout.jsx";
import { ONCE, useGet } from "@rainhooks/page/live";
import { countColumn, Table, textColumn } from "@rainhooks/page/table.jsx";
import { IdLink, safeText, Text } from "@rainhooks/page/text.jsx";
import { timeText } from "@rainhooks/page/time";
import { useState } from "preact/hooks";
import type { DeadLetterCause } from "../dead-letters/queues.ts";

/** Dead letters of each queue that are read at most. */
const MAX_READ = 1000;

/**
 * The dead letters of a webhook by their causes, with what can be done about a cause in all queues.
 */
export function DeadLetters({ webhook }: { readonly webhook: string }) {
  const [drops, setDrops] = useState(0);
  const again = [webhook, drops, endedJobs()];
  const reading = useGet<readonly DeadLetterCause[]>("/console/dead-letters", {}, ONCE, again);
  const { result: causes } = reading;
  if (causes === undefined) return <Await of={reading} lines={2} />;
  const drop = async (cause: DeadLetterCause) => {
    const results = await inEach<{ readonly dropped: number }>("drop", cause);
    setDrops(drops + 1);
    const dropped = results.reduce((sum, one) => sum + one.dropped, 0);
    if (dropped < countOf(cause))
      throw new Error(`${dropped} of ${countOf(cause)} were deleted. The others were not found.`);
  };
  const queues = causes.flatMap((one) => one.queues.filter((queue) => queue.webhook === webhook));
  return (
    <>
      {countOf({ queues }) >= MAX_READ && (
        <p class="note">
          These are the first {MAX_READ.toLocaleString("en")} dead letters: there may be more.
        </p>
      )}
      <Await of={{ failure: reading.failure, result: causes }} lines={2} />
      <Table<DeadLetterCause>
        label={`Dead letters of ${webhook}`}
        rows={causes.filter(({ queues }) => queues.some((one) => one.webhook === webhook))}
        prefix="cause-"
        keyOf={aboutOf}
        columns={[
          textColumn("Cause", aboutOf, { kind: "wide" }),
          countColumn("Letters", countOf),
          textColumn("Queues", queuesOf),
        ]}
        actions={(cause) => (
          <Actions
            about={safeText(aboutOf(cause), 300)}
            of={[
              {
                title: "Redrive all",
                question: `Move ${countOf(cause)} of this cause back to the queues of ${queuesOf(cause)}?`,
                // Jobs: what comes of them is said at their end.
                run: () => inEach("redrive", cause).then(() => ({})),
              },
              {
                title: "Drop all",
                isFinal: true,
                question: `Delete ${countOf(cause)} of this cause for good, in the queues of ${queuesOf(cause)}?`,
                run: () => drop(cause),
              },
            ]}
          />
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
          <IdLink page="events" id={deliveryId} params={{ at: String(publishedAtMs ?? "") }} />{" "}
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
