import { namedAction } from "@rainhooks/stage/routes/guard";
import type { Jobs } from "@rainhooks/stage/routes/jobs";
import { readBody } from "@rainhooks/stage/routes/read-body";
import { Hono } from "hono";
import * as v from "valibot";

/** Routes of the long operations that were started on the page. */
export function jobRoutes(jobs: Jobs): Hono {
  const app = new Hono();
  app.get("/jobs", (context) => context.json(jobs.list()));
  app.post("/actions/cancel-job", namedAction("cancel-job"), async (context) => {
    const { id } = await readBody(context, v.strictObject({ id: v.number() }));
    await jobs.cancel(id);
    return context.json({});
  });
  return app;
}
