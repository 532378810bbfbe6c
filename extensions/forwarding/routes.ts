import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import type { ConsoleParts } from "@rainhooks/stage/extension";
import { ask } from "@rainhooks/stage/query/ask";
import { askedStage } from "@rainhooks/stage/query/asked-stage";
import type { ReachedStage } from "@rainhooks/stage/reached";
import { addJobAction } from "@rainhooks/stage/routes/job-action";
import type { JobEnd } from "@rainhooks/stage/routes/jobs";
import { Hono } from "hono";
import * as v from "valibot";
import { type Attempt, attemptId } from "./attempts/attempt.ts";
import { isDestinationId } from "./destinations/ids.ts";
import { retryAttempt } from "./operations/retry-attempt.ts";
import { testDestination } from "./operations/test-destination.ts";
import { attemptQuestion } from "./questions/attempts.ts";
import { destinationForm } from "./routes/destination-form.ts";
import { destinationAnswer, type ShownDestination, shownDestinations } from "./routes/destinations.ts";
import { type DestinationOutcome, destinationOutcomes } from "./routes/outcomes.ts";

const RETRY_WAIT_MS = 30_000;
const text = (max: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(max));
const named = v.object({ id: text(300) });
const destination = v.object({
  id: v.pipe(
    v.string(),
    v.check((id) => isDestinationId(id)),
  ),
});

/** Routes of destinations and attempts. */
export function routesOf({ source, jobs }: ConsoleParts): Hono {
  const app = new Hono();
  app.get("/destination-form", (context) => context.json(destinationForm()));
  app.get("/destinations/:id", async (context) => {
    return context.json(await destinationAnswer(await source.get(), context.req.param("id"), Date.now()));
  });
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
