import { useEffect } from "preact/hooks";
import type { WebhooksAnswer } from "../../serve/routes/webhooks.ts";
import { get } from "../shared/api.ts";
import { useReading } from "../shared/live.ts";
import { Empty, Failure, Skeleton } from "../shared/message.tsx";
import { stage } from "../shared/stage.ts";
import { Text } from "../shared/text.tsx";
import { Destinations } from "./destinations.tsx";
import { WebhookCard } from "./webhook-card.tsx";

const EVERY_MS = 5000;

/** The webhooks and workers of the stage, its destinations, and its replays. */
export function WebhooksPage() {
  const { found, failure } = useReading<WebhooksAnswer>(
    (signal) => get("/console/webhooks", {}, signal),
    () => EVERY_MS,
    [],
  );
  useEffect(() => {
    document.title = "Webhooks · Rainhooks";
  }, []);
  if (found === undefined) return failure === undefined ? <Skeleton lines={6} /> : <Failure of={failure} />;
  return (
    <>
      <h1 class="visually-hidden">Webhooks</h1>
      {stage.value?.isLocal === false && (
        <p class="note">
          What was received, delivered, filtered and failed over time: see the stage's dashboard in
          CloudWatch.
        </p>
      )}
      {found.webhooks.map((one) => (
        <WebhookCard key={one.name} webhook={one} />
      ))}
      <Destinations of={found.destinations} />
      <section class="card" aria-labelledby="replays">
        <h2 id="replays">Replays</h2>
        {found.replays.length === 0 && (
          <Empty>
            No replays. Plan one: <code>rainhooks replay plan --webhook node-status --from 1d</code>
          </Empty>
        )}
        {found.replays.map(({ id, webhook, state, sent, planned }) => (
          <p key={id}>
            <code>{id}</code> <Text of={webhook} /> <b>{state}</b> {sent} of {planned}
          </p>
        ))}
      </section>
    </>
  );
}
