import { PAGES } from "@rainhooks/app-list/pages";
import { address, setParams } from "@rainhooks/page/address";
import { get } from "@rainhooks/page/api";
import { useReading } from "@rainhooks/page/live";
import { Failure, Pending } from "@rainhooks/page/message.jsx";
import { PageHead } from "@rainhooks/page/page-head.jsx";
import { stage } from "@rainhooks/page/stage";
import { durationText, timeText } from "@rainhooks/page/time";
import type { WebhooksAnswer } from "@rainhooks/stage/routes/answers";
import { ACTIVITY_RANGES } from "@rainhooks/stage/routes/bins";
import type { ActivityAnswer } from "../../serve/activity/activity.ts";
import { Functions } from "./functions.tsx";

const EVERY_MS = 5000;
/** CloudWatch is paid for each metric that is read. */
const METRICS_EVERY_MS = 60_000;

const SECTIONS = PAGES.flatMap(({ webhooks }) => webhooks ?? []);

/** The webhooks and workers of the stage, and what extensions do with them. */
export function WebhooksPage() {
  const { found, failure } = useReading<WebhooksAnswer>(
    (signal) => get("/console/webhooks", {}, signal),
    () => EVERY_MS,
    [],
  );
  const { range = ACTIVITY_RANGES[0] } = address.value.params;
  const activity = useReading<ActivityAnswer>(
    (signal) => get("/console/activity", { range }, signal),
    () => (stage.value?.isLocal === false ? METRICS_EVERY_MS : EVERY_MS),
    [range],
  );
  if (found === undefined) return <Pending of={{ failure }} lines={6} />;
  return (
    <>
      <PageHead title="Webhooks" />
      <fieldset class="range">
        <legend class="visually-hidden">Time</legend>
        {ACTIVITY_RANGES.map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={range === name}
            onClick={() => setParams({ range: name === ACTIVITY_RANGES[0] ? "" : name })}
          >
            {name}
          </button>
        ))}
        <span class="note">
          {activity.found !== undefined && aboutBars(activity.found)}
          {stage.value?.isLocal === false
            ? "counts and ages from CloudWatch, a few minutes late"
            : "counts from the logs of the functions"}
        </span>
      </fieldset>
      {activity.failure !== undefined && <Failure of={activity.failure} />}
      <section class="card" aria-label="Functions">
        <Functions of={found.webhooks} activity={activity.found} />
      </section>
      {SECTIONS.map((Section) => (
        <Section key={Section.name} of={found} />
      ))}
    </>
  );
}

function aboutBars({ fromMs, binMs }: ActivityAnswer): string {
  return `${timeText(fromMs)} to now, a bar for each ${durationText(binMs)}: `;
}
