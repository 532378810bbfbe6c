import { setState } from "@rainhooks/forwarding";
import { destinationsTable } from "@rainhooks/forwarding/table";
import {
  chosenLetters,
  deadLetterQueueOf,
  deadLettersOf,
  dropDeadLetters,
  redriveDeadLetters,
} from "@rainhooks/operate";
import { type ReachedStage, type StageSource, tableOf } from "@rainhooks/stage";
import { Hono } from "hono";
import * as v from "valibot";
import { activityAnswer } from "../activity/activity.ts";
import { ACTIVITY_RANGES } from "../activity/bins.ts";
import { namedAction } from "../guard.ts";
import type { Jobs } from "../jobs.ts";
import { destinationAnswer } from "./destinations.ts";
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
  app.get("/destinations/:id", async (context) => {
    return context.json(await destinationAnswer(await source.get(), context.req.param("id"), Date.now()));
  });
  app.get("/activity", async (context) => {
    const { range } = read(context.req.query(), activity);
    return context.json(await activityAnswer(await source.get(), range, Date.now()));
  });
  app.get("/webhooks/:name/dead-letters", async (context) => {
    return context.json(await deadLettersOf(await source.get(), context.req.param("name"), MAX_SHOWN));
  });
  app.post("/actions/redrive", namedAction("redrive"), async (context) => {
    const { webhook, ids } = await readBody(context, letters);
    return context.json(await redriveLetters(await source.get(), webhook, ids));
  });
  app.post("/actions/drop", namedAction("drop"), async (context) => {
    const { webhook, ids } = await readBody(context, letters);
    const options = { wanted: chosenLetters({ messageIds: ids }), limit: MAX_EXAMINED };
    return context.json(await dropDeadLetters(deadLetterQueueOf(await source.get(), webhook), options));
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

/** @throws {RainhooksError} `input-invalid` for a webhook without a queue. */
async function redriveLetters(reached: ReachedStage, webhook: string, messageIds: readonly string[]) {
  const request = { webhook, choice: { messageIds }, limit: MAX_EXAMINED };
  const { moved, kept, back } = await redriveDeadLetters(reached, request);
  return { moved: moved.length, kept: kept.length, failedAgain: back.length };
}
