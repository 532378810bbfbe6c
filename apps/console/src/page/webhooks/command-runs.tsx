import type { WebhooksAnswer } from "../../serve/routes/webhooks.ts";
import { Output } from "../shared/output.tsx";
import { timeText } from "../shared/time.ts";

/** The commands that were started on this page, with what they print. */
export function CommandRuns({ of }: { readonly of: NonNullable<WebhooksAnswer["commands"]> }) {
  if (of.length === 0) return null;
  return (
    <section class="card" aria-labelledby="commands">
      <h2 id="commands">Commands that were started here</h2>
      {of.map(({ id, text, startedAtMs, output, code }) => (
        <div key={id}>
          {timeText(startedAtMs)} <code>{text}</code>{" "}
          <b>{code === undefined ? "running" : code === 0 ? "done" : "failed"}</b>
          {output !== "" && <Output of={output} />}
        </div>
      ))}
    </section>
  );
}
