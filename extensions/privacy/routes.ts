import type { RouteContext } from "@rainhooks/stage/extension";
import { Hono } from "hono";

/** How much is kept of a user. */
export interface UserDataResult {
  /** Deliveries of the archive that name them. */
  readonly deliveries: number;
  readonly deadLetters: number;
  /** Items that name them, by table. */
  readonly tables: Readonly<Record<string, number>>;
}

/**
 * Routes about users. What is kept is only counted: an erasure, and what it would take, is for the
 * terminal.
 */
export function routesOf({ source }: RouteContext): Hono {
  const app = new Hono();
  // Each reads the whole archive: one after the other.
  let last: Promise<unknown> = Promise.resolve();
  app.get("/users/:id/kept", async (context) => {
    const { planErasure } = await import("./erase/plan.ts");
    const user = { kind: "user", id: context.req.param("id"), also: [] } as const;
    // It ends when the page gives up.
    const { signal } = context.req.raw;
    const counted = last.then(async () => {
      signal.throwIfAborted();
      return planErasure(await source.get(), user, { signal });
    });
    last = counted.catch(() => undefined);
    const { counts, tables } = await counted;
    return context.json({
      deliveries: counts.changed + counts.dropped,
      deadLetters: counts.letters,
      tables: Object.fromEntries(tables),
    } satisfies UserDataResult);
  });
  return app;
}
