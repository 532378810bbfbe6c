import { toRainhooksError } from "@rainhooks/core/errors";
import type { ExtensionRoutes } from "@rainhooks/stage/extension";
import { optionalChoice, requiredText } from "@rainhooks/stage/query/params/kinds";
import { deliveryHits, nodeHits } from "@rainhooks/stage/routes/look-up";
import { readQuery } from "@rainhooks/stage/routes/read-body";
import type { SearchResponse } from "@rainhooks/stage/routes/responses";
import type { StageSource } from "@rainhooks/stage/stage-source";
import { Hono } from "hono";
import type { RememberedDeliveries } from "../recent-deliveries.ts";

const SEARCH = {
  id: requiredText({ description: "The id, whole.", placeholder: "id", maxLength: 256 }),
  kind: optionalChoice({ description: "Only what is this.", placeholder: "kind" }, ["node"]),
};

/**
 * Route that says what has an id: every source is looked through at once, each with a number of
 * reads that does not grow with the stage.
 */
export function searchRoutes(
  source: StageSource,
  extensions: readonly ExtensionRoutes[],
  remembered: RememberedDeliveries,
): Hono {
  const app = new Hono();
  app.get("/search", async (context) => {
    const { id, kind } = readQuery(context, SEARCH);
    const access = await source.get();
    const lookUps =
      kind === "node"
        ? [nodeHits(access, id)]
        : [
            nodeHits(access, id),
            deliveryHits(access, id, remembered.get(id)),
            ...extensions.flatMap(({ lookUp }) => lookUp?.(access, id) ?? []),
          ];
    const settled = await Promise.allSettled(lookUps);
    const hits = settled.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
    const reasons = settled.flatMap((one) =>
      one.status === "rejected" ? [one.reason as unknown] : [],
    );
    // What is wrong with all of it is said as of any other request.
    if (reasons.length === settled.length) throw reasons[0];
    const failures = reasons.map(
      (reason) => (source.explain(reason) ?? toRainhooksError(reason)).message,
    );
    // Several sources can know the same event.
    const byPage = new Map(hits.map((hit) => [`${hit.page}/${hit.id}`, hit]));
    return context.json({ hits: [...byPage.values()], failures } satisfies SearchResponse);
  });
  return app;
}
