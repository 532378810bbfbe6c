import type { ExtensionRoutes } from "@rainhooks/stage/extension";
import { choice } from "@rainhooks/stage/query/params/kinds";
import { ACTIVITY_RANGES } from "@rainhooks/stage/routes/bins";
import { readQuery } from "@rainhooks/stage/routes/read-body";
import type { StageSource } from "@rainhooks/stage/stage-source";
import { Hono } from "hono";
import { activityAnswer } from "../activity/activity.ts";
import { LogActivities } from "../activity/from-log.ts";
import { functionAnswers } from "./webhooks.ts";

const ACTIVITY = {
  range: choice({ description: "How long back.", placeholder: "range" }, ACTIVITY_RANGES, "3h"),
};

/** Routes of the webhooks and workers of a stage, and of what they did. */
export function webhookRoutes(source: StageSource, extensions: readonly ExtensionRoutes[]): Hono {
  const app = new Hono();
  const logs = new LogActivities();
  app.get("/webhooks", async (context) => {
    const reached = await source.get();
    const [webhooks, ...fields] = await Promise.all([
      functionAnswers(reached),
      ...extensions.map(({ webhooksFields }) => webhooksFields?.(reached)),
    ]);
    return context.json(Object.assign({ webhooks }, ...fields));
  });
  app.get("/activity", async (context) => {
    const { range } = readQuery(context, ACTIVITY);
    return context.json(await activityAnswer(await source.get(), range, Date.now(), logs));
  });
  return app;
}
