import { hrefTo } from "@rainhooks/page/address";
import { act, ask } from "@rainhooks/page/api";
import { ConfirmButton } from "@rainhooks/page/confirmed.jsx";
import { endedJobs } from "@rainhooks/page/jobs.jsx";
import { ONCE, useReading } from "@rainhooks/page/live";
import { Empty, Failure, Skeleton } from "@rainhooks/page/message.jsx";
import { safeText, Text } from "@rainhooks/page/text.jsx";
import { timeText } from "@rainhooks/page/time";
import { useState } from "preact/hooks";

/** A dead letter, as the console returns it. */
interface Letter {
  readonly messageId: string;
  readonly deliveryId: string;
  readonly publishedAtMs?: number;
  readonly sentAtMs?: number;
  readonly errorCode?: string;
  readonly reason: string;
  readonly body: string;
}

interface Letters {
  readonly letters: readonly Letter[];
}

/** Letters of one reason. */
interface Group {
  readonly about: string;
  readonly letters: readonly Letter[];
}

/** Letters that are shown of a reason; what is done is done to all of them. */
const MAX_SHOWN = 20;
/** Letters that are read at most. */
const MAX_READ = 1000;

/** The dead letters of a webhook by their reasons, with what can be done about them. */
export function DeadLetters({ webhook }: { readonly webhook: string }) {
  const [drops, setDrops] = useState(0);
  const reading = useReading(
    (signal) => ask<Letters>("showDeadLetters", { webhook, limit: MAX_READ }, signal),
    ONCE,
    [webhook, drops, endedJobs()],
  );
  const { failure, found: { letters: found } = {} } = reading;
  if (failure !== undefined) return <Failure of={failure} />;
  if (found === undefined) return <Skeleton lines={2} />;
  if (found.length === 0) return <Empty>No dead letters.</Empty>;
  const drop = async (ids: readonly string[]) => {
    const { dropped } = await act<{ readonly dropped: number }>("drop", { webhook, ids });
    setDrops(drops + 1);
    if (dropped < ids.length)
      throw new Error(`${dropped} of ${ids.length} were deleted. The others were not found in the queue.`);
  };
  return (
    <>
      {found.length >= MAX_READ && (
        <p class="note">These are the first {MAX_READ.toLocaleString("en")}: there may be more.</p>
      )}
      {groupsOf(found).map((group) => (
        <OneReason key={group.about} webhook={webhook} of={group} drop={drop} />
      ))}
    </>
  );
}

function groupsOf(letters: readonly Letter[]): Group[] {
  const aboutOf = ({ errorCode = "", reason }: Letter) => `${errorCode} ${reason}`.trim();
  const groups = [...Map.groupBy(letters, aboutOf)].map(([about, own]) => ({ about, letters: own }));
  return groups.toSorted((a, b) => b.letters.length - a.letters.length);
}

interface Props {
  readonly webhook: string;
  readonly of: Group;
  readonly drop: (ids: readonly string[]) => Promise<void>;
}

function OneReason({ webhook, of: { about, letters }, drop }: Props) {
  const ids = letters.map(({ messageId }) => messageId);
  const count = `${ids.length} dead letter${ids.length === 1 ? "" : "s"}`;
  return (
    <section class="reason" aria-label={`${count}: ${safeText(about, 300)}`}>
      <h3>
        {count}: <Text of={about} max={300} />
      </h3>
      <ConfirmButton
        title={`Redrive ${count}`}
        question={`Move ${ids.length} back to the queue of ${webhook}?`}
        run={() => act("redrive", { webhook, ids })}
      />
      <ConfirmButton
        title={`Drop ${count}`}
        question={`Delete ${ids.length} for good?`}
        run={() => drop(ids)}
      />
      <ul class="deliveries">
        {letters.slice(0, MAX_SHOWN).map(({ messageId, deliveryId, publishedAtMs, sentAtMs, body }) => (
          <li key={messageId}>
            {publishedAtMs === undefined ? (
              <Text of={deliveryId} max={80} />
            ) : (
              <>
                {timeText(publishedAtMs)}{" "}
                <a href={hrefTo("events", deliveryId, { at: String(publishedAtMs) })}>
                  <Text of={deliveryId} max={80} />
                </a>
              </>
            )}{" "}
            <span class="note">a dead letter since {timeText(sentAtMs)}</span>
            <p class="note">
              <Text of={body} max={300} />
            </p>
          </li>
        ))}
      </ul>
      {letters.length > MAX_SHOWN && <p class="note">and {letters.length - MAX_SHOWN} more</p>}
    </section>
  );
}
