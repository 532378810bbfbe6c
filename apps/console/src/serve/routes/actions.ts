import { setState } from "@rainhooks/forwarding";
import { destinationsTable } from "@rainhooks/forwarding/table";
import { type DeadLetterSeen, dropDeadLetters, readDeadLetters, redrive } from "@rainhooks/operate";
import { queuedOf, type ReachedStage, redriveQueueOf, type StageSource, tableOf } from "@rainhooks/stage";
import { Hono } from "hono";
import * as v from "valibot";
import { activityAnswer } from "../activity/activity.ts";
import { ACTIVITY_RANGES } from "../activity/bins.ts";
import { namedAction } from "../guard.ts";
import type { Jobs } from "../jobs.ts";
import { read, readBody } from "./read-body.ts";
import { webhooksAnswer } from "./webhooks.ts";

/** Dead letters that the page shows, and that an action examines. */
const [MAX_SHOWN, MAX_EXAMINED] = [50, 1000];
const PAUSED_BY_HAND = "paused on the console";

const name = v.pipe(v.string(), v.maxLength(100));
/** Dead letters by their message ids: an action is about those that a person has seen. */
const letters = v.object({
  webhook: name,
  ids: v.pipe(v.array(name), v.minLength(1), v.maxLength(MAX_SHOWN)),
});
const activity = v.object({ range: v.optional(v.picklist(ACTIVITY_RANGES), "3h") });
const destination = v.object({ id: name });

/** Routes of what an operator looks at and does: dead letters, redrives, deletions, pauses. Only the console has them. */
export function operatorRoutes(source: StageSource, jobs: Jobs): Hono {
  const app = new Hono();
  app.get("/webhooks", async (context) => context.json(await webhooksAnswer(await source.get(), jobs)));
  app.get("/activity", async (context) => {
    const { range } = read(context.req.query(), activity);
    return context.json(await activityAnswer(await source.get(), range, Date.now()));
  });
  app.get("/webhooks/:name/dead-letters", async (context) => {
    const reader = readerOf(await source.get(), context.req.param("name"));
    return context.json(await readDeadLetters(reader, MAX_SHOWN));
  });
  app.post("/actions/redrive", namedAction("redrive"), async (context) => {
    const { webhook, ids } = await readBody(context, letters);
    return context.json(await redriveLetters(await source.get(), webhook, chosen(ids)));
  });
  app.post("/actions/drop", namedAction("drop"), async (context) => {
    const { webhook, ids } = await readBody(context, letters);
    const options = { wanted: chosen(ids), limit: MAX_EXAMINED };
    return context.json(await dropDeadLetters(readerOf(await source.get(), webhook), options));
  });
  app.post("/actions/pause", namedAction("pause"), async (context) => {
    const { id } = await readBody(context, destination);
    const reached = await source.get();
    const table = { client: reached.clients.dynamodb, tableName: tableOf(reached, destinationsTable.name) };
    const change = { state: "paused", reason: PAUSED_BY_HAND, atMs: Date.now(), from: ["active"] } as const;
    const { changed } = await setState(table, id, change);
    return context.json({ changed });
  });
  return app;
}

function readerOf(reached: ReachedStage, webhook: string) {
  return { sqs: reached.clients.sqs, queueUrl: queuedOf(reached, webhook).deadLetterQueueUrl };
}

function chosen(ids: readonly string[]): (letter: DeadLetterSeen) => boolean {
  const wanted = new Set(ids);
  return ({ messageId }) => wanted.has(messageId);
}

/** @throws {RainhooksError} `input-invalid` for a webhook without a queue. */
function redriveLetters(reached: ReachedStage, webhook: string, wanted: (letter: DeadLetterSeen) => boolean) {
  const options = {
    toQueueUrl: redriveQueueOf(reached, webhook),
    wanted,
    limit: MAX_EXAMINED,
    nowMs: Date.now,
  };
  return redrive(readerOf(reached, webhook), options);
}
