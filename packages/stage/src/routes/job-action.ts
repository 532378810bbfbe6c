import type { Hono } from "hono";
import type * as v from "valibot";
import type { OperationOptions } from "../operate/progress.ts";
import type { ReachedStage } from "../reached.ts";
import type { StageSource } from "../stage-source.ts";
import { namedAction } from "./guard.ts";
import type { JobEnd, Jobs } from "./jobs.ts";
import { readBody } from "./read-body.ts";

/** An operation that the page can start, and that runs as a job. */
interface JobAction<Body> {
  readonly name: string;
  readonly schema: v.GenericSchema<unknown, Body>;
  readonly titleOf: (body: Body) => string;
  readonly run: (reached: ReachedStage, body: Body, options: OperationOptions) => Promise<JobEnd>;
}

/** Adds the route that starts an operation as a job. */
export function addJobAction<Body>(
  app: Hono,
  { source, jobs }: { readonly source: StageSource; readonly jobs: Jobs },
  { name, schema, titleOf, run }: JobAction<Body>,
): void {
  app.post(`/actions/${name}`, namedAction(name), async (context) => {
    const body = await readBody(context, schema);
    const reached = await source.look();
    await jobs.start(titleOf(body), (options) => run(reached, body, options));
    return context.json({});
  });
}
