import { SECOND_MS } from "@rainhooks/core/durations";
import { countField } from "@rainhooks/core/fields";
import { auditTable } from "@rainhooks/stage/operations/audits";
import { listLongWork, RUNNER, workStateOf } from "@rainhooks/stage/operations/long-work";
import { required } from "@rainhooks/stage/query/params/kinds";
import { namedAction } from "@rainhooks/stage/routes/guard";
import type { Job, Jobs } from "@rainhooks/stage/routes/jobs";
import { readBody } from "@rainhooks/stage/routes/read-body";
import type { StageSource } from "@rainhooks/stage/stage-source";
import { Hono } from "hono";

const JOB = {
  id: required(countField(0, Number.MAX_SAFE_INTEGER), { description: "Number of the job." }),
};

/** How often the records of other doors are read. */
const EVERY_MS = 5 * SECOND_MS;

/** Routes of the long operations: those that were started on the page, and those of other doors. */
export function jobRoutes(source: StageSource, jobs: Jobs): Hono {
  const app = new Hono();
  let [others, readAtMs]: [readonly Job[], number] = [[], 0];
  app.get("/jobs", async (context) => {
    const nowMs = Date.now();
    if (nowMs - readAtMs >= EVERY_MS) {
      readAtMs = nowMs;
      // Of a stage that is away, or of an earlier version, nothing is known.
      others = await jobsElsewhere(source, nowMs).catch(() => []);
    }
    return context.json(
      [...jobs.list(), ...others].toSorted((a, b) => b.startedAtMs - a.startedAtMs),
    );
  });
  app.post("/actions/cancel-job", namedAction("cancel-job"), async (context) => {
    const { id } = await readBody(context, JOB);
    await jobs.cancel(id);
    return context.json({});
  });
  return app;
}

/** Reads the jobs of other processes. */
async function jobsElsewhere(source: StageSource, nowMs: number): Promise<Job[]> {
  const found = await listLongWork(auditTable(await source.get()), nowMs);
  return found
    .filter(({ runner }) => runner !== RUNNER)
    .map((one) => ({
      id: one.id,
      startedAtMs: one.startedAtMs,
      state: workStateOf(one, nowMs),
      title: `${one.title} (${one.caller}, ${one.door})`,
      text: one.outcome === "started" ? (one.progress ?? "") : (one.error ?? ""),
    }));
}
