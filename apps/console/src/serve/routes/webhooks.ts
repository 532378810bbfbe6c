import type { ExtensionRoutes } from "@rainhooks/stage/extension";
import { countMessages } from "@rainhooks/stage/operate/stage/count-messages";
import type { QueuedOutputs } from "@rainhooks/stage/outputs";
import { choice } from "@rainhooks/stage/query/params/kinds";
import { ACTIVITY_RANGES } from "@rainhooks/stage/routes/bins";
import { readQuery } from "@rainhooks/stage/routes/read-body";
import type { FunctionFacts } from "@rainhooks/stage/routes/responses";
import { allQueued, type StageAccess } from "@rainhooks/stage/stage-access";
import type { StageSource } from "@rainhooks/stage/stage-source";
import { Hono } from "hono";
import { activityResult } from "../activity/activity.ts";
import type { LogActivity } from "../activity/from-log.ts";

/** Reads the webhooks and workers of a stage. */
export function functionFacts(access: StageAccess): Promise<FunctionFacts[]> {
  return Promise.all(allQueued(access).map(([name, queued]) => webhookOf(access, name, queued)));
}

async function webhookOf(
  access: StageAccess,
  name: string,
  queued: QueuedOutputs,
): Promise<FunctionFacts> {
  const [waiting, deadLetters] = await Promise.all([
    countMessages(access.clients.sqs, queued.queueUrl),
    countMessages(access.clients.sqs, queued.deadLetterQueueUrl),
  ]);
  const paused = queued.paused === true ? ({ paused: true } as const) : {};
  return { name, deadLetters, ...paused, waiting };
}

const ACTIVITY = {
  range: choice({ description: "How long back.", placeholder: "range" }, ACTIVITY_RANGES, "3h"),
};

/** Routes of the webhooks and workers of a stage, and of what they did. */
export function webhookRoutes(source: StageSource, extensions: readonly ExtensionRoutes[]): Hono {
  const app = new Hono();
  const logs = new Map<string, LogActivity>();
  app.get("/webhooks", async (context) => {
    const access = await source.get();
    const [webhooks, ...fields] = await Promise.all([
      functionFacts(access),
      ...extensions.map(({ webhooksFields }) => webhooksFields?.(access)),
    ]);
    return context.json(Object.assign({ webhooks }, ...fields));
  });
  app.get("/activity", async (context) => {
    const { range } = readQuery(context, ACTIVITY);
    return context.json(await activityResult(await source.get(), range, Date.now(), logs));
  });
  return app;
}
