import type { RouteContext } from "@rainhooks/stage/extension";
import { Hono } from "hono";
import { destinationAnswer, destinationForm, destinationRows } from "./routes/destinations.ts";

export { deliveryFields, lookUp, outcomes } from "./routes/outcomes.ts";

/** Routes of destinations. */
export function routesOf({ source }: RouteContext): Hono {
  const app = new Hono();
  app.get("/destination-form", (context) => context.json(destinationForm()));
  app.get("/destinations", async (context) => {
    return context.json(await destinationRows(await source.get(), Date.now()));
  });
  app.get("/destinations/:id", async (context) => {
    return context.json(await destinationAnswer(await source.get(), context.req.param("id"), Date.now()));
  });
  return app;
}
