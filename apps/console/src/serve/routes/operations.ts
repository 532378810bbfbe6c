import { webhookNamed } from "@rainhooks/app-list";
import { counted } from "@rainhooks/core/counted";
import { inputError } from "@rainhooks/core/errors";
import { eventOf } from "@rainhooks/core/event-of";
import { type Attempt, attemptId } from "@rainhooks/extensions/forwarding/attempts/attempt";
import { isDestinationId } from "@rainhooks/extensions/forwarding/destinations/ids";
import { planResume, readResumeState } from "@rainhooks/extensions/forwarding/operations/plan-resume";
import {
  activateDestination,
  activateWithoutMissed,
  sendMissed,
} from "@rainhooks/extensions/forwarding/operations/resume-destination";
import { retryAttempt } from "@rainhooks/extensions/forwarding/operations/retry-attempt";
import { testDestination } from "@rainhooks/extensions/forwarding/operations/test-destination";
import { attemptQuestion } from "@rainhooks/extensions/forwarding/questions/attempts";
import { recoveredText, resumePlanText } from "@rainhooks/extensions/forwarding/views/resume-text";
import { planReplay } from "@rainhooks/extensions/repair/replay/plan-replay";
import { REPLAY_DEFAULTS, type ReplayQuestion } from "@rainhooks/extensions/repair/replay/request";
import { cancelReplay, resumeReplay, startReplay } from "@rainhooks/extensions/repair/replay/run-job";
import { STORES, type Store } from "@rainhooks/extensions/repair/store-names";
import { verifyTablesInThread } from "@rainhooks/extensions/repair/verify/verify-tables";
import { replayEndText, replayPlanText } from "@rainhooks/extensions/repair/views/replay-text";
import { verifiedText } from "@rainhooks/extensions/repair/views/verify-text";
import { findNode } from "@rainhooks/node-status/find-node";
import type { OperationOptions } from "@rainhooks/stage/operate/progress";
import { hasSentAll, type ReplayJob } from "@rainhooks/stage/operate/replay-job";
import { ask } from "@rainhooks/stage/query/ask";
import { askedStage } from "@rainhooks/stage/query/asked-stage";
import { ParamMistake } from "@rainhooks/stage/query/params/param";
import { writtenTime } from "@rainhooks/stage/query/params/written-time";
import type { ReachedStage } from "@rainhooks/stage/reached";
import { namedAction } from "@rainhooks/stage/routes/guard";
import type { JobEnd, Jobs } from "@rainhooks/stage/routes/jobs";
import { read, readBody } from "@rainhooks/stage/routes/read-body";
import type { StageSource } from "@rainhooks/stage/stage-source";
import { Hono } from "hono";
import * as v from "valibot";
import { lettersById, redriveLetters } from "./letters.ts";

const MAX_TEXT = 300;
const RETRY_WAIT_MS = 30_000;
const text = v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_TEXT));
const destination = v.object({
  id: v.pipe(
    v.string(),
    v.check((id) => isDestinationId(id)),
  ),
});
const named = v.object({ id: text });
const replay = v.object({
  webhook: text,
  from: text,
  to: v.optional(text),
  event: v.optional(text),
  node: v.optional(text),
});

/**
 * Routes of operations that can take long: their plans, and running them as jobs after a person has seen the
 * plan.
 */
export function operationRoutes(jobs: Jobs, source: StageSource): Hono {
  const app = new Hono();
  app.get("/jobs", (context) => context.json(jobs.list()));
  app.get("/plans/resume", async (context) => {
    const { id } = read(context.req.query(), destination);
    return context.json({ text: await resumePlan(await source.look(), id) });
  });
  app.get("/plans/replay", async (context) => {
    const reached = await source.look();
    const planned = await planReplay(reached, await questionOf(reached, read(context.req.query(), replay)));
    return context.json({ text: replayPlanText(reached, planned, webhookNamed(planned.request.webhook)) });
  });
  const act = <Body>(
    name: string,
    schema: v.GenericSchema<unknown, Body>,
    titleOf: (body: Body) => string,
    run: (reached: ReachedStage, body: Body, options: OperationOptions) => Promise<JobEnd>,
  ) =>
    app.post(`/actions/${name}`, namedAction(name), async (context) => {
      const body = await readBody(context, schema);
      const reached = await source.look();
      await jobs.start(titleOf(body), (options) => run(reached, body, options));
      return context.json({});
    });
  act("resume", destination, ({ id }) => `Resume ${id}`, resume);
  act(
    "resume-without",
    destination,
    ({ id }) => `Resume ${id} without what it missed`,
    async (reached, { id }) => {
      await activateWithoutMissed(reached, id);
      return { text: `${id} is active. What it missed is not sent; the archive has it.` };
    },
  );
  act(
    "replay",
    replay,
    ({ webhook }) => `Replay to ${webhook}`,
    async (reached, body, options) => {
      const planned = await planReplay(reached, await questionOf(reached, body), options);
      return endOf(await startReplay(reached, planned, options));
    },
  );
  act(
    "go-on",
    named,
    ({ id }) => `Go on with replay ${id}`,
    async (reached, { id }, options) => endOf(await resumeReplay(reached, id, {}, options)),
  );
  act(
    "redrive",
    lettersById,
    ({ webhook, ids }) => `Redrive ${counted(ids.length, "dead letter")} to ${webhook}`,
    redriveLetters,
  );
  act(
    "test",
    destination,
    ({ id }) => `Test ${id}`,
    async (reached, { id }) => {
      const { attempt } = await testDestination(reached, id, { waitMs: RETRY_WAIT_MS });
      return endOfAttempt(attempt);
    },
  );
  act("retry", named, () => "Retry an attempt", retry);
  act("verify", v.object({ store: v.picklist(STORES) }), ({ store }) => `Verify ${store}`, verify);
  app.post("/actions/cancel", namedAction("cancel"), async (context) => {
    const { id } = await readBody(context, named);
    await cancelReplay(await source.look(), id);
    return context.json({});
  });
  app.post("/actions/cancel-job", namedAction("cancel-job"), async (context) => {
    const { id } = await readBody(context, v.object({ id: v.number() }));
    await jobs.cancel(id);
    return context.json({});
  });
  return app;
}

async function resumePlan(reached: ReachedStage, id: string): Promise<string> {
  const state = await readResumeState(reached, id);
  if (state.kind === "active") return `${id} is active already.`;
  if (state.kind === "no-archive")
    return "This stage has no archive. What it missed is in dead-letter queues: redrive it afterwards.";
  return resumePlanText(state.destination, await planResume(reached, state, RESUME));
}

/** The rate follows from the destination. */
const RESUME = { maxDeadLetters: REPLAY_DEFAULTS.maxDeadLetters };

async function resume(
  reached: ReachedStage,
  { id }: { readonly id: string },
  options: OperationOptions,
): Promise<JobEnd> {
  const { kind } = await readResumeState(reached, id);
  if (kind === "active") return { text: `${id} is active already.` };
  if (kind === "no-archive") {
    await activateWithoutMissed(reached, id);
    return { text: `${id} is active.` };
  }
  const activated = await activateDestination(reached, id);
  const recovered = await sendMissed(reached, activated.destination, RESUME, options);
  const said = recoveredText(id, recovered, `rainhooks destinations resume ${id}`);
  return { text: `${id} is active.\n${said}`, failed: recovered.kind !== "done" };
}

async function verify(
  reached: ReachedStage,
  { store }: { readonly store: Store },
  options: OperationOptions,
): Promise<JobEnd> {
  const definition = webhookNamed(store);
  if (definition === undefined) throw inputError({ field: "store", problem: `${store} is not known here.` });
  const verified = await verifyTablesInThread({ reached, store, definition }, {}, options);
  return { text: verifiedText(store, verified), failed: verified.outcome !== "equal" };
}

async function retry(reached: ReachedStage, { id }: { readonly id: string }): Promise<JobEnd> {
  const attempt = await ask(attemptQuestion, { attempt: id }, askedStage(reached));
  return endOfAttempt(await retryAttempt(reached, attempt, RETRY_WAIT_MS));
}

function endOfAttempt(made: Attempt): JobEnd {
  const { outcome, status, url, durationMs, error } = made;
  const head = `${outcome}${status === undefined ? "" : ` ${status}`} to ${url} in ${durationMs} ms`;
  const lines = [head, ...(error === undefined ? [] : [error]), `attempt ${attemptId(made)}`];
  return { text: lines.join("\n"), failed: outcome !== "delivered" };
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
