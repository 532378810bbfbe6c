import type { Job } from "@rainhooks/stage/routes/jobs";
import { act, changes, get } from "./api.ts";
import { ConfirmButton } from "./confirm-button.tsx";
import { useLive } from "./live.ts";
import { Signal } from "./signal.ts";
import { Output } from "./text.tsx";
import { inZone, timeText } from "./time.ts";
import { toast } from "./toasts.tsx";

/** How often they are read while one runs, and while none does. */
const EVERY_MS = 2000;
const IDLE_EVERY_MS = 10_000;

const jobs = new Signal<readonly Job[] | undefined>(undefined);

const isRunning = ({ state }: Job) => state === "running";

/**
 * Returns the ids of the operations that have ended, as one text. The text changes when an
 * operation ends: the page then reads again what the operation may have changed.
 */
export function endedJobs(): string {
  const ended = (jobs.value ?? []).filter((one) => !isRunning(one));
  return ended
    .map(({ id }) => id)
    .sort()
    .join();
}

/** Returns what an operation has said at its end; `undefined` while it runs. */
export function endOfJob(id: number | undefined): string | undefined {
  return jobs.value?.find((one) => one.id === id && !isRunning(one))?.text;
}

/** True after the list of operations was read. What the page reads only once waits for this. */
export function areJobsRead(): boolean {
  return jobs.value !== undefined;
}

async function readJobs(): Promise<void> {
  const found = await get<readonly Job[]>("/console/jobs");
  const before = jobs.value;
  if (JSON.stringify(found) === JSON.stringify(before)) return;
  jobs.value = found;
  const told = new Set(before?.filter((one) => !isRunning(one)).map(({ id }) => id));
  for (const one of found)
    if (before !== undefined && !isRunning(one) && !told.has(one.id))
      toast(`${one.title}: ${one.state}. ${one.text.split("\n")[0]}`);
}

/** A menu of the long operations of the last day: what each does, and how it has ended. */
export function JobsMenu() {
  useLive(readJobs, () => (jobs.value?.some(isRunning) ? EVERY_MS : IDLE_EVERY_MS), [
    changes.value,
  ]);
  const all = jobs.value ?? [];
  const running = all.filter(isRunning).length;
  if (all.length === 0) return null;
  return (
    <>
      <button type="button" popovertarget="jobs" class={running > 0 ? "busy" : "quiet"}>
        {running > 0 ? `${running} running` : "Jobs"}
      </button>
      <section popover="auto" id="jobs" class="menu" aria-labelledby="jobs-title">
        <h2 id="jobs-title">Long work</h2>
        {all.map((one) => (
          <div key={one.id}>
            <p>
              <b>{one.title}</b>{" "}
              <span class="note">
                {one.state}, since {timeText(one.startedAtMs)}
              </span>{" "}
              {isRunning(one) && (
                <ConfirmButton
                  title="Stop"
                  about={one.title}
                  question={`Stop "${one.title}"? What was done stays done, and it can go on later.`}
                  // What another door has started is cancelled as there: by the operation, which is
                  // recorded.
                  run={() =>
                    act(typeof one.id === "number" ? "cancel-job" : "cancelJob", { id: one.id })
                  }
                />
              )}
            </p>
            {one.text !== "" && <Output of={inZone(one.text)} />}
          </div>
        ))}
      </section>
    </>
  );
}
