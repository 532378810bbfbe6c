import type { RouteContext } from "@rainhooks/stage/extension";
import { replayState } from "@rainhooks/stage/operate/replay/replay-job";
import { listReplays } from "@rainhooks/stage/operate/replay/run-job";
import { NO_REASON } from "@rainhooks/stage/read-dead-letters";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import { Hono } from "hono";
import { deadLettersOfDelivery, readCauses } from "./dead-letters/queues.ts";

const MAX_REPLAYS = 10;

/** Routes of dead letters. */
export function routesOf({ source }: RouteContext): Hono {
  const app = new Hono();
  app.get("/dead-letters", async (context) => context.json(await readCauses(await source.get())));
  app.get("/deliveries/:id/letters", async (context) => {
    return context.json(await lettersOf(await source.get(), context.req.param("id")));
  });
  return app;
}

/** A replay, as the page of webhooks lists it. */
export interface ReplayResult {
  readonly id: string;
  readonly webhook: string;
  readonly state: string;
  readonly sent: number;
  readonly planned: number;
}

/** Returns the last replays of a stage, for the page of its webhooks. */
export async function webhooksFields(
  access: StageAccess,
): Promise<{ readonly replays: readonly ReplayResult[] }> {
  const nowMs = Date.now();
  const replays = access.outputs.tables["replays"] === undefined ? [] : await listReplays(access);
  return {
    replays: replays.slice(0, MAX_REPLAYS).map((job) => ({
      id: job.id,
      webhook: job.request.webhook,
      state: replayState(job, nowMs),
      sent: job.counts.sent,
      planned: job.planned,
    })),
  };
}

/** A dead letter of a delivery. */
export type DeadLetterOfDelivery = Awaited<ReturnType<typeof lettersOf>>[number];

async function lettersOf(access: StageAccess, deliveryId: string) {
  const found = await deadLettersOfDelivery(access, deliveryId);
  return found.flatMap(({ webhook, letters }) =>
    letters.map(({ messageId, sentAtMs, errorCode, reason = NO_REASON }) => {
      return { webhook, messageId, sentAtMs, errorCode, reason };
    }),
  );
}
