import { useState } from "preact/hooks";
import type { ShownWebhook } from "../../serve/routes/webhooks.ts";
import { timeText } from "../shared/time.ts";
import { DeadLetters } from "./dead-letters.tsx";

/** A webhook or worker: what waits, what it did, and its dead letters. */
export function WebhookCard({
  webhook: { name, waiting, deadLetters, counts },
}: {
  readonly webhook: ShownWebhook;
}) {
  const [isOpen, setOpen] = useState(false);
  const { sinceMs, ...sums } = counts ?? { sinceMs: undefined };
  return (
    <section class="card" aria-label={name}>
      <h2>
        {name}{" "}
        <span class="note">
          {waiting === undefined ? "no queue" : `${waiting} waiting`}
          {Object.entries(sums).map(([what, count]) => ` · ${count} ${what.toLowerCase()}`)}
          {sinceMs !== undefined && ` since ${timeText(sinceMs)}`}
        </span>{" "}
        <button
          type="button"
          class={deadLetters > 0 ? "danger" : "plain"}
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {deadLetters} dead letters
        </button>
      </h2>
      {isOpen && <DeadLetters webhook={name} />}
    </section>
  );
}
