import { choiceField, textField } from "@rainhooks/core/fields";
import type { RouteContext } from "@rainhooks/stage/extension";
import { optionalText, required } from "@rainhooks/stage/query/params/kinds";
import { readBody } from "@rainhooks/stage/routes/read-body";
import { Hono } from "hono";
import { BODY_FORMATS } from "./destinations/destination.ts";
import { sampleRequest } from "./operations/send-attempt.ts";
import { destinationForm, destinationResult, destinationRows } from "./routes/destinations.ts";

export { deliveryFields, lookUp, outcomes } from "./routes/outcomes.ts";

const SAMPLE = {
  event: required(textField({ max: 100 }), { description: "Type of the event." }),
  format: required(choiceField(BODY_FORMATS), { description: "Format of the body." }),
  template: optionalText({
    description: "Its template.",
    placeholder: "template",
    maxLength: 10_000,
  }),
};

/** Routes of destinations. */
export function routesOf({ source }: RouteContext): Hono {
  const app = new Hono();
  app.get("/destination-form", (context) => context.json(destinationForm()));
  app.get("/destinations", async (context) => {
    return context.json(await destinationRows(await source.get(), Date.now()));
  });
  // A template is too long for an address.
  app.post("/sample-body", async (context) => {
    const { event, ...settings } = await readBody(context, SAMPLE);
    return context.json({ body: await sampleRequest(event, settings) });
  });
  app.get("/destinations/:id", async (context) => {
    return context.json(
      await destinationResult(await source.get(), context.req.param("id"), Date.now()),
    );
  });
  return app;
}
