import type { Job } from "@rainhooks/stage/routes/jobs";
import { act, get } from "./api.ts";
import { ConfirmButton } from "./confirmed.tsx";
import { useLive } from "./live.ts";
import { Output } from "./output.tsx";
import { Signal } from "./signal.ts";
import { timeText } from "./time.ts";

const EVERY_MS = 2000;

const jobs = new Signal<readonly Job[] | undefined>(undefined);

/**
 * Returns the ids of the operations that have ended, as one text. The text changes when an operation ends:
 * the page then reads again what the operation may have changed.
 */
export function endedJobs(): string {
  const ended = (jobs.value ?? []).filter(({ state }) => state !== "running");
  return ended
    .map(({ id }) => id)
    .sort()
    .join();
}

/** True after the list of operations was read. What the page reads only once waits for this. */
export function areJobsKnown(): boolean {
  return jobs.value !== undefined;
}

async function readJobs(): Promise<void> {
  const found = await get<readonly Job[]>("/console/jobs");
  if (JSON.stringify(found) !== JSON.stringify(jobs.value)) jobs.value = found;
}

/** The long operations of the last day: what each does, and how it has ended. */
export function Jobs() {
  useLive(readJobs, () => EVERY_MS, []);
  const [last] = jobs.value ?? [];
  return (
    <>
      <p class="visually-hidden" role="status">
        {last === undefined ? "" : `${last.title}: ${last.state}`}
      </p>
      {last !== undefined && <List of={jobs.value ?? []} />}
    </>
  );
}

function List({ of }: { readonly of: readonly Job[] }) {
  return (
    <section class="card" aria-labelledby="jobs">
      <h2 id="jobs">Long work</h2>
      {of.map(({ id, title, startedAtMs, state, text }) => (
        <div key={id}>
          {timeText(startedAtMs)} <span>{title}</span> <b>{state}</b>{" "}
          {state === "running" && (
            <ConfirmButton
              title="Stop"
              about={title}
              question={`Stop this? What was done stays done, and it can go on later.`}
              // What another door has started is cancelled as there: by the operation, which is recorded.
              run={() => act(typeof id === "number" ? "cancel-job" : "cancelJob", { id })}
            />
          )}
          {text !== "" && <Output of={text} />}
        </div>
      ))}
    </section>
  );
}
