import { inputError } from "@rainhooks/core/errors";
import type { ConsoleParts } from "@rainhooks/stage/extension";
import { type Functions, webhookNamed } from "@rainhooks/stage/functions";
import type { OperationOptions } from "@rainhooks/stage/operate/progress";
import { replayState } from "@rainhooks/stage/operate/replay-job";
import type { ReachedStage } from "@rainhooks/stage/reached";
import { NO_REASON } from "@rainhooks/stage/read-dead-letters";
import { addJobAction } from "@rainhooks/stage/routes/job-action";
import type { JobEnd } from "@rainhooks/stage/routes/jobs";
import { Hono } from "hono";
import * as v from "valibot";
import { lettersOfDelivery } from "./dead-letters/of-delivery.ts";
import { deadLettersOf } from "./dead-letters/queues.ts";
import { listReplays } from "./replay/run-job.ts";
import { STORES, type Store } from "./store-names.ts";
import { verifyTablesInThread } from "./verify/verify-tables.ts";
import { verifiedText } from "./views/verify-text.ts";

/** Dead letters of a webhook that the page knows, and the characters of each that it shows. */
const [MAX_LETTERS, MAX_BODY] = [1000, 300];
const MAX_REPLAYS = 10;
const stored = v.object({ store: v.picklist(STORES) });
/** Routes of dead letters, replays and verifications. */
export function routesOf({ source, jobs, functions }: ConsoleParts): Hono {
  const app = new Hono();
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
  app.get("/deliveries/:id/letters", async (context) => {
    return context.json(await lettersOf(await source.get(), context.req.param("id")));
  });
  addJobAction(
    app,
    { source, jobs },
    {
      name: "verify",
      schema: stored,
      titleOf: ({ store }) => `Verify ${store}`,
      run: (reached, { store }, options) => verify(reached, functions, store, options),
    },
  );
  return app;
}

/** A replay, as the page of webhooks lists it. */
export interface ShownReplay {
  readonly id: string;
  readonly webhook: string;
  readonly state: string;
  readonly sent: number;
  readonly planned: number;
}

/** Returns the last replays of a stage, for the page of its webhooks. */
export async function webhooksFields(
  reached: ReachedStage,
): Promise<{ readonly replays: readonly ShownReplay[] }> {
  const nowMs = Date.now();
  const replays = reached.outputs.tables["replays"] === undefined ? [] : await listReplays(reached);
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
export interface LetterOfDelivery {
  readonly webhook: string;
  readonly messageId: string;
  readonly sentAtMs?: number | undefined;
  readonly errorCode?: string | undefined;
  readonly reason: string;
}

async function lettersOf(reached: ReachedStage, deliveryId: string): Promise<LetterOfDelivery[]> {
  const found = await lettersOfDelivery(reached, deliveryId);
  return found.flatMap(({ webhook, letters }) =>
    letters.map(({ messageId, sentAtMs, errorCode, reason = NO_REASON }) => {
      return { webhook, messageId, sentAtMs, errorCode, reason };
    }),
  );
}

async function verify(
  reached: ReachedStage,
  functions: Functions,
  store: Store,
  options: OperationOptions,
): Promise<JobEnd> {
  const definition = webhookNamed(functions, store);
  if (definition === undefined) throw inputError({ field: "store", problem: `${store} is not known here.` });
  const verified = await verifyTablesInThread({ reached, store, definition }, {}, options);
  return { text: verifiedText(store, verified), failed: verified.outcome !== "equal" };
}
