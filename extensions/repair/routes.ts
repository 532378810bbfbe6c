import { counted } from "@rainhooks/core/counted";
import { inputError } from "@rainhooks/core/errors";
import { eventOf } from "@rainhooks/core/event-of";
import { findNode } from "@rainhooks/node-status/find-node";
import type { ConsoleParts } from "@rainhooks/stage/extension";
import { type Functions, webhookNamed } from "@rainhooks/stage/functions";
import type { OperationOptions } from "@rainhooks/stage/operate/progress";
import { hasSentAll, type ReplayJob, replayState } from "@rainhooks/stage/operate/replay-job";
import { askedStage } from "@rainhooks/stage/query/asked-stage";
import { ParamMistake } from "@rainhooks/stage/query/params/param";
import { writtenTime } from "@rainhooks/stage/query/params/written-time";
import type { ReachedStage } from "@rainhooks/stage/reached";
import { NO_REASON } from "@rainhooks/stage/read-dead-letters";
import { namedAction } from "@rainhooks/stage/routes/guard";
import { addJobAction } from "@rainhooks/stage/routes/job-action";
import type { JobEnd } from "@rainhooks/stage/routes/jobs";
import { read, readBody } from "@rainhooks/stage/routes/read-body";
import { Hono } from "hono";
import * as v from "valibot";
import { chosenLetters } from "./dead-letters/choose.ts";
import { dropDeadLetters } from "./dead-letters/drop.ts";
import { lettersOfDelivery } from "./dead-letters/of-delivery.ts";
import { deadLetterQueueOf, deadLettersOf } from "./dead-letters/queues.ts";
import { planReplay } from "./replay/plan-replay.ts";
import { REPLAY_DEFAULTS, type ReplayQuestion } from "./replay/request.ts";
import { cancelReplay, listReplays, resumeReplay, startReplay } from "./replay/run-job.ts";
import { lettersById, MAX_EXAMINED, redriveLetters } from "./routes/letters.ts";
import { STORES, type Store } from "./store-names.ts";
import { verifyTablesInThread } from "./verify/verify-tables.ts";
import { replayEndText, replayPlanText } from "./views/replay-text.ts";
import { verifiedText } from "./views/verify-text.ts";

const MAX_TEXT = 300;
/** Dead letters of a webhook that the page knows, and the characters of each that it shows. */
const [MAX_LETTERS, MAX_BODY] = [1000, 300];
const MAX_REPLAYS = 10;
const text = v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_TEXT));
const named = v.object({ id: text });
const stored = v.object({ store: v.picklist(STORES) });
const replay = v.object({
  webhook: text,
  from: text,
  to: v.optional(text),
  event: v.optional(text),
  node: v.optional(text),
});

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
  app.post("/actions/drop", namedAction("drop"), async (context) => {
    const { webhook, ids } = await readBody(context, lettersById);
    const options = { wanted: chosenLetters({ messageIds: ids }), limit: MAX_EXAMINED };
    return context.json(await dropDeadLetters(deadLetterQueueOf(await source.get(), webhook), options));
  });
  app.get("/deliveries/:id/letters", async (context) => {
    return context.json(await lettersOf(await source.get(), context.req.param("id")));
  });
  app.get("/plans/replay", async (context) => {
    const reached = await source.look();
    const planned = await planReplay(reached, await questionOf(reached, read(context.req.query(), replay)));
    const webhook = webhookNamed(functions, planned.request.webhook);
    return context.json({ text: replayPlanText(reached, planned, webhook) });
  });
  app.post("/actions/cancel", namedAction("cancel"), async (context) => {
    const { id } = await readBody(context, named);
    await cancelReplay(await source.look(), id);
    return context.json({});
  });
  addJobAction(
    app,
    { source, jobs },
    {
      name: "replay",
      schema: replay,
      titleOf: ({ webhook }) => `Replay to ${webhook}`,
      run: async (reached, body, options) => {
        const planned = await planReplay(reached, await questionOf(reached, body), options);
        return endOf(await startReplay(reached, planned, options));
      },
    },
  );
  addJobAction(
    app,
    { source, jobs },
    {
      name: "go-on",
      schema: named,
      titleOf: ({ id }) => `Go on with replay ${id}`,
      run: async (reached, { id }, options) => endOf(await resumeReplay(reached, id, {}, options)),
    },
  );
  addJobAction(
    app,
    { source, jobs },
    {
      name: "redrive",
      schema: lettersById,
      titleOf: ({ webhook, ids }) => `Redrive ${counted(ids.length, "dead letter")} to ${webhook}`,
      run: redriveLetters,
    },
  );
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

function endOf(job: ReplayJob): JobEnd {
  return { text: replayEndText(job, `rainhooks replay resume ${job.id}`), failed: !hasSentAll(job) };
}

async function questionOf(
  reached: ReachedStage,
  { webhook, from, to, event, node }: v.InferOutput<typeof replay>,
): Promise<ReplayQuestion> {
  return {
    webhook,
    ...REPLAY_DEFAULTS,
    fromMs: timeOf("fromMs", from),
    ...(to === undefined ? {} : { toMs: timeOf("toMs", to) }),
    ...(event === undefined ? {} : { events: [eventOf(event)] }),
    ...(node === undefined ? {} : { nodes: [await findNode(askedStage(reached).stores.nodes, node)] }),
  };
}

function timeOf(field: string, written: string): number {
  try {
    return writtenTime(written, Date.now());
  } catch (error) {
    if (error instanceof ParamMistake) throw inputError({ field, problem: `${error.message}.` });
    throw error;
  }
}
