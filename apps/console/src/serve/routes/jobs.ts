import { countField } from "@rainhooks/core/fields";
import { required } from "@rainhooks/stage/query/params/kinds";
import { namedAction } from "@rainhooks/stage/routes/guard";
import type { Jobs } from "@rainhooks/stage/routes/jobs";
import { readBody } from "@rainhooks/stage/routes/read-body";
import { Hono } from "hono";

const JOB = { id: required(countField(0, Number.MAX_SAFE_INTEGER), { description: "Number of the job." }) };

/** Routes of the long operations that were started on the page. */
export function jobRoutes(jobs: Jobs): Hono {
  const app = new Hono();
  app.get("/jobs", (context) => context.json(jobs.list()));
  app.post("/actions/cancel-job", namedAction("cancel-job"), async (context) => {
    const { id } = await readBody(context, JOB);
    await jobs.cancel(id);
    return context.json({});
  });
  return app;
}
