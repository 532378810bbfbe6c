import type { WebhooksAnswer } from "../../serve/routes/webhooks.ts";
import { act } from "../shared/api.ts";
import { Confirmed } from "../shared/confirmed.tsx";
import { Output } from "../shared/output.tsx";
import { timeText } from "../shared/time.ts";

/** The long operations that were started on this page: what they do, and how they have ended. */
export function Jobs({ of }: { readonly of: WebhooksAnswer["jobs"] }) {
  if (of.length === 0) return null;
  return (
    <section class="card" aria-labelledby="jobs">
      <h2 id="jobs">Started here</h2>
      {of.map(({ id, title, startedAtMs, state, text }) => (
        <div key={id}>
          {timeText(startedAtMs)} <span>{title}</span> <b>{state}</b>{" "}
          {state === "running" && (
            <Confirmed
              title="Stop"
              question={`Stop this? What was done stays done, and it can go on later.`}
              run={() => act("cancel-job", { id })}
            />
          )}
          {text !== "" && <Output of={text} />}
        </div>
      ))}
    </section>
  );
}
