import { setState } from "@rainhooks/extensions/forwarding/destinations/set-state";
import { destinationsTable } from "@rainhooks/extensions/forwarding/forwarding-tables";
import { destinationAnswer } from "@rainhooks/extensions/forwarding/routes/destinations";
import { chosenLetters } from "@rainhooks/extensions/repair/dead-letters/choose";
import { dropDeadLetters } from "@rainhooks/extensions/repair/dead-letters/drop";
import { deadLetterQueueOf, deadLettersOf } from "@rainhooks/extensions/repair/dead-letters/queues";
import { tableOf } from "@rainhooks/stage/reached";
import { NO_REASON } from "@rainhooks/stage/read-dead-letters";
import { ACTIVITY_RANGES } from "@rainhooks/stage/routes/bins";
import { namedAction } from "@rainhooks/stage/routes/guard";
import { read, readBody } from "@rainhooks/stage/routes/read-body";
import type { StageSource } from "@rainhooks/stage/stage-source";
import { Hono } from "hono";
import * as v from "valibot";
import { activityAnswer } from "../activity/activity.ts";
import { LogActivities } from "../activity/from-log.ts";
import { lettersById, MAX_EXAMINED } from "./letters.ts";
import { webhooksAnswer } from "./webhooks.ts";

/** Dead letters of a webhook that the page knows, and the characters of each that it shows. */
const [MAX_LETTERS, MAX_BODY] = [1000, 300];
const PAUSED_BY_HAND = "paused on the console";

const name = v.pipe(v.string(), v.maxLength(100));
const activity = v.object({ range: v.optional(v.picklist(ACTIVITY_RANGES), "3h") });
const destination = v.object({ id: name });

/**
 * Routes of what an operator looks at and does at once: dead letters and their deletion, destinations,
 * pauses. Only the console has them.
 */
export function operatorRoutes(source: StageSource): Hono {
  const app = new Hono();
  const logs = new LogActivities();
  app.get("/webhooks", async (context) => context.json(await webhooksAnswer(await source.get())));
  app.get("/destinations/:id", async (context) => {
    return context.json(await destinationAnswer(await source.get(), context.req.param("id"), Date.now()));
  });
  app.get("/activity", async (context) => {
    const { range } = read(context.req.query(), activity);
    return context.json(await activityAnswer(await source.get(), range, Date.now(), logs));
  });
  app.get("/webhooks/:name/dead-letters", async (context) => {
    const found = await deadLettersOf(await source.get(), context.req.param("name"), MAX_LETTERS);
    return context.json(
      found.map(({ reason = NO_REASON, body, ...one }) => ({
        ...one,
        reason,
        body: body.slice(0, MAX_BODY),
      })),
    );
  });
  app.post("/actions/drop", namedAction("drop"), async (context) => {
    const { webhook, ids } = await readBody(context, lettersById);
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
