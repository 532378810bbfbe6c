import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import type { ConsoleParts } from "@rainhooks/stage/extension";
import type { OperationOptions } from "@rainhooks/stage/operate/progress";
import { ask } from "@rainhooks/stage/query/ask";
import { askedStage } from "@rainhooks/stage/query/asked-stage";
import { type ReachedStage, tableOf } from "@rainhooks/stage/reached";
import { namedAction } from "@rainhooks/stage/routes/guard";
import { addJobAction } from "@rainhooks/stage/routes/job-action";
import type { JobEnd } from "@rainhooks/stage/routes/jobs";
import { read, readBody } from "@rainhooks/stage/routes/read-body";
import { Hono } from "hono";
import * as v from "valibot";
import { REPLAY_DEFAULTS } from "../repair/replay/request.ts";
import { type Attempt, attemptId } from "./attempts/attempt.ts";
import { isDestinationId } from "./destinations/ids.ts";
import { setState } from "./destinations/set-state.ts";
import { destinationsTable } from "./forwarding-tables.ts";
import { planResume, readResumeState } from "./operations/plan-resume.ts";
import { activateDestination, activateWithoutMissed, sendMissed } from "./operations/resume-destination.ts";
import { retryAttempt } from "./operations/retry-attempt.ts";
import { testDestination } from "./operations/test-destination.ts";
import { attemptQuestion } from "./questions/attempts.ts";
import { destinationActions } from "./routes/destination-actions.ts";
import { destinationAnswer, type ShownDestination, shownDestinations } from "./routes/destinations.ts";
import { type DestinationOutcome, destinationOutcomes } from "./routes/outcomes.ts";
import { recoveredText, resumePlanText } from "./views/resume-text.ts";

const RETRY_WAIT_MS = 30_000;
const PAUSED_BY_HAND = "paused on the console";
const text = (max: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(max));
const named = v.object({ id: text(300) });
const destination = v.object({
  id: v.pipe(
    v.string(),
    v.check((id) => isDestinationId(id)),
  ),
});
const paused = v.object({ id: v.pipe(v.string(), v.maxLength(100)) });

/** Routes of destinations and attempts. */
export function routesOf({ source, jobs }: ConsoleParts): Hono {
  const app = new Hono();
  app.route("/", destinationActions(source));
  app.get("/destinations/:id", async (context) => {
    return context.json(await destinationAnswer(await source.get(), context.req.param("id"), Date.now()));
  });
  app.post("/actions/pause", namedAction("pause"), async (context) => {
    const { id } = await readBody(context, paused);
    const reached = await source.get();
    const table = { client: reached.clients.dynamodb, tableName: tableOf(reached, destinationsTable.name) };
    const change = { state: "paused", reason: PAUSED_BY_HAND, atMs: Date.now(), from: ["active"] } as const;
    const { changed } = await setState(table, id, change);
    return context.json({ changed });
  });
  app.get("/plans/resume", async (context) => {
    const { id } = read(context.req.query(), destination);
    return context.json({ text: await resumePlan(await source.look(), id) });
  });
  addJobAction(
    app,
    { source, jobs },
    {
      name: "resume",
      schema: destination,
      titleOf: ({ id }) => `Resume ${id}`,
      run: resume,
    },
  );
  addJobAction(
    app,
    { source, jobs },
    {
      name: "resume-without",
      schema: destination,
      titleOf: ({ id }) => `Resume ${id} without what it missed`,
      run: async (reached, { id }) => {
        await activateWithoutMissed(reached, id);
        return { text: `${id} is active. What it missed is not sent; the archive has it.` };
      },
    },
  );
  addJobAction(
    app,
    { source, jobs },
    {
      name: "test",
      schema: destination,
      titleOf: ({ id }) => `Test ${id}`,
      run: async (reached, { id }) => {
        const { attempt } = await testDestination(reached, id, { waitMs: RETRY_WAIT_MS });
        return endOfAttempt(attempt);
      },
    },
  );
  addJobAction(
    app,
    { source, jobs },
    {
      name: "retry",
      schema: named,
      titleOf: () => "Retry an attempt",
      run: retry,
    },
  );
  return app;
}

/** Returns the destinations of a stage, for the page of its webhooks. */
export async function webhooksFields(
  reached: ReachedStage,
): Promise<{ readonly destinations: readonly ShownDestination[] }> {
  return { destinations: await shownDestinations(reached) };
}

/** Returns what became of a delivery at each destination. */
export async function deliveryFields(
  reached: ReachedStage,
  delivery: Delivery,
): Promise<{ readonly destinations: readonly DestinationOutcome[] }> {
  return { destinations: await destinationOutcomes(reached, delivery) };
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
