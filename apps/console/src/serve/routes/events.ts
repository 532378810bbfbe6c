import { setTimeout } from "node:timers/promises";
import { SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import { deliveryFilter } from "@rainhooks/stage/describe-delivery";
import { type EventFeedLine, MAX_FEED_PAST, readEventFeed } from "@rainhooks/stage/event-feed";
import type { ExtensionRoutes } from "@rainhooks/stage/extension";
import { archivedDelivery } from "@rainhooks/stage/operate/trace/archived-delivery";
import { webhookResults } from "@rainhooks/stage/operate/trace/webhook-results";
import { requiredText, time } from "@rainhooks/stage/query/params/kinds";
import {
  archivedDeliveries,
  DELIVERIES_FIELDS,
  DELIVERY_FILTER,
  deliveryContent,
  deliveryRow,
  recentDelivery,
  withNames,
} from "@rainhooks/stage/routes/deliveries";
import { readQuery } from "@rainhooks/stage/routes/read-body";
import type { StageSource } from "@rainhooks/stage/stage-source";
import type { Webhook } from "@rainhooks/webhook/define-function";
import { Hono } from "hono";
import { stream } from "hono/streaming";
import type { RememberedDeliveries } from "../recent-deliveries.ts";

/**
 * How long a connection may be without anything to send: so that the page notices when it is
 * broken.
 */
const HEARTBEAT_MS = 5 * SECOND_MS;

const OUTCOMES = {
  ids: requiredText({ description: "Of which deliveries.", placeholder: "ids", maxLength: 8000 }),
};

/**
 * When a delivery was published: its hours of the archive are searched; without it, the last day.
 */
const PUBLISHED = { at: time({ description: "When it was published." }) };

/** Routes for deliveries: archived ones, live ones, and the outcome of one. */
export function eventRoutes(
  source: StageSource,
  webhooks: readonly Webhook[],
  extensions: readonly ExtensionRoutes[],
  remembered: RememberedDeliveries,
): Hono {
  const app = new Hono();
  app.get("/deliveries", async (context) => {
    const query = readQuery(context, DELIVERIES_FIELDS);
    const response = await archivedDeliveries(await source.get(), query, (one) =>
      remembered.add(one),
    );
    return context.json(response);
  });
  app.get("/deliveries/:id", async (context) => {
    const id = context.req.param("id");
    const { at } = readQuery(context, PUBLISHED);
    const access = await source.get();
    // It ends when the page gives up.
    const { signal } = context.req.raw;
    const archived = () =>
      at === undefined
        ? recentDelivery(access, id)
        : archivedDelivery(access, { deliveryId: id, publishedMs: at }, signal);
    const delivery = remembered.get(id) ?? (await archived());
    if (delivery === undefined)
      throw new RainhooksError("not-found", `The archive has no delivery ${id} ${HOW}`);
    const [[row], results, ...fields] = await Promise.all([
      withNames(access, [deliveryRow(delivery)]),
      webhookResults(access, delivery, webhooks),
      ...extensions.map(({ deliveryFields }) => deliveryFields?.(access, delivery)),
    ]);
    const response = {
      delivery: { ...row, ...deliveryContent(delivery) },
      webhooks: results.map(({ webhook, result, text }) => {
        return { webhook, kind: result?.kind ?? "unknown", text };
      }),
    };
    return context.json(Object.assign(response, ...fields));
  });
  app.get("/outcomes", async (context) => {
    const { ids } = readQuery(context, OUTCOMES);
    const deliveries = ids.split(",").flatMap((id) => remembered.get(id) ?? []);
    const access = await source.get();
    const found = await Promise.all(
      extensions.map((one) => one.outcomes?.(access, deliveries) ?? []),
    );
    const rows = deliveries.map(({ id }, index) => [
      id,
      found.flatMap((each) => each[index] ?? []),
    ]);
    return context.json(Object.fromEntries(rows));
  });
  app.get("/live", async (context) => {
    const passes = deliveryFilter(readQuery(context, DELIVERY_FILTER));
    const access = await source.look();
    const { local } = access;
    if (local === undefined) throw new RainhooksError("input-invalid", NO_FEED);
    const feed = readEventFeed(local.file.endpoint, { last: MAX_FEED_PAST, follow: true });
    // Failures are reported before the response begins.
    const first = await feed.next();
    const shown = async (lines: readonly EventFeedLine[]) => {
      const passing = lines
        .flatMap((one) => (one.kind === "delivery" ? one.delivery : []))
        .filter(passes);
      for (const one of passing) remembered.add(one);
      const rows = await withNames(access, passing.map(deliveryRow));
      const others = lines.filter(({ kind }) => kind !== "delivery");
      return [...rows.map((delivery) => ({ kind: "delivery", delivery })), ...others];
    };
    context.header("content-type", "application/x-ndjson");
    return stream(context, async (out) => {
      const write = (line: object) => out.write(`${JSON.stringify(line)}\n`);
      const beat = setInterval(() => void write({ kind: "alive" }), HEARTBEAT_MS);
      out.onAbort(() => {
        clearInterval(beat);
        void feed.return(undefined);
      });
      try {
        for await (const lines of together(feed, first))
          for (const line of await shown(lines)) await write(line);
      } finally {
        clearInterval(beat);
      }
    });
  });
  return app;
}

/** Lines of a feed that come with less than this time between them are one reading of names. */
const TOGETHER_MS = 50;

async function* together(
  feed: AsyncGenerator<EventFeedLine>,
  first: IteratorResult<EventFeedLine>,
) {
  let next = Promise.resolve(first);
  for (let isOpen = true; isOpen; ) {
    const lines: EventFeedLine[] = [];
    for (let isMore = true; isMore && lines.length < MAX_FEED_PAST; ) {
      const { done, value } = await next;
      isOpen = done !== true;
      if (!isOpen) break;
      lines.push(value);
      next = feed.next();
      isMore = await Promise.race([next.then(() => true), setTimeout(TOGETHER_MS, false)]);
    }
    yield lines;
  }
}

const NO_FEED = "A deployed stage has no live tail: look at what it has archived.";
const HOW = "in the last day. Search the events for it to look further back.";
