import { useEffect } from "preact/hooks";
import type { WebhooksAnswer } from "../../serve/routes/webhooks.ts";
import { get } from "../shared/api.ts";
import { useReading } from "../shared/live.ts";
import { Failure, Skeleton } from "../shared/message.tsx";
import { stage } from "../shared/stage.ts";
import { CommandRuns } from "./command-runs.tsx";
import { Destinations } from "./destinations.tsx";
import { Replays } from "./replays.tsx";
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
      {found.commands !== undefined && <CommandRuns of={found.commands} />}
      <Destinations of={found.destinations} canRun={found.commands !== undefined} />
      <Replays of={found} />
    </>
  );
}
