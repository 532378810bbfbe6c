import type { Job } from "../../serve/jobs.ts";
import { act, get } from "./api.ts";
import { Confirmed } from "./confirmed.tsx";
import { useLive } from "./live.ts";
import { Output } from "./output.tsx";
import { Signal } from "./signal.ts";
import { timeText } from "./time.ts";

const EVERY_MS = 2000;

const jobs = new Signal<readonly Job[]>([]);

/** Returns how many operations have ended: what they may have changed is then read again. */
export function endedJobs(): number {
  const ended = jobs.value.filter(({ state }) => state !== "running");
  return Math.max(0, ...ended.map(({ id }) => id));
}

async function readJobs(): Promise<void> {
  const found = await get<readonly Job[]>("/console/jobs");
  if (JSON.stringify(found) !== JSON.stringify(jobs.value)) jobs.value = found;
}

/** The long operations that were started on the page: what they do, and how they have ended. */
export function Jobs() {
  useLive(readJobs, () => EVERY_MS, []);
  if (jobs.value.length === 0) return null;
  return (
    <section class="card" aria-labelledby="jobs" aria-live="polite">
      <h2 id="jobs">Started here</h2>
      {jobs.value.map(({ id, title, startedAtMs, state, text }) => (
        <div key={id}>
          {timeText(startedAtMs)} <span>{title}</span> <b>{state}</b>{" "}
          {state === "running" && (
            <Confirmed
              title={`Stop: ${title}`}
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
