import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import type { ConsoleParts } from "@rainhooks/stage/extension";
import type { StageAccess } from "@rainhooks/stage/reached";
import { Hono } from "hono";
import { destinationForm } from "./routes/destination-form.ts";
import { type DestinationRow, destinationAnswer, destinationRows } from "./routes/destinations.ts";
import { type DestinationOutcome, destinationOutcomes } from "./routes/outcomes.ts";

export { lookUp } from "./routes/look-up.ts";
export { outcomes } from "./routes/row-outcomes.ts";

/** Routes of destinations. */
export function routesOf({ source }: ConsoleParts): Hono {
  const app = new Hono();
  app.get("/destination-form", (context) => context.json(destinationForm()));
  app.get("/destinations/:id", async (context) => {
    return context.json(await destinationAnswer(await source.get(), context.req.param("id"), Date.now()));
  });
  return app;
}

/** Returns the destinations of a stage, for the page of its webhooks. */
export async function webhooksFields(
  reached: StageAccess,
): Promise<{ readonly destinations: readonly DestinationRow[] }> {
  return { destinations: await destinationRows(reached) };
}

/** Returns what became of a delivery at each destination. */
export async function deliveryFields(
  reached: StageAccess,
  delivery: Delivery,
): Promise<{ readonly destinations: readonly DestinationOutcome[] }> {
  return { destinations: await destinationOutcomes(reached, delivery) };
}
