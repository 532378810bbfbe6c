import { RainhooksError, toRainhooksError } from "@rainhooks/core";
import { failAll, type Item, type ItemFailure } from "@rainhooks/sinks";
import type { Destination } from "../destinations/destination.ts";
import type { KnownDestinations } from "../destinations/known-destinations.ts";
import { readDestination } from "../destinations/store.ts";
import type { CutMessage, WorkerMessage } from "../messages/attempt-message.ts";
import {
  deleteBatch,
  findBatch,
  forgetBatch,
  type OpenBatch,
  openBatch,
  setAside,
} from "../outbox/batches.ts";
import { type CutRequest, cutLane } from "../outbox/cut.ts";
import { isOrderedLane, ownerOf } from "../outbox/lane.ts";
import type { AttemptItem, Result } from "./results.ts";
import { SHORT_WAIT_MS } from "./turns-of.ts";
import type { AttemptWorkerOptions } from "./worker-options.ts";

/** Divides the lanes that messages name, each once. Returns the messages of which that failed: they come again. */
export async function handleCuts(
  items: readonly Item<CutMessage>[],
  known: KnownDestinations,
  options: AttemptWorkerOptions,
): Promise<ItemFailure[]> {
  const lanes = Map.groupBy(items, ({ value }) => `${value.destination}#${value.lane}`);
  const failures = [...lanes.values()].map(async (ofLane) => {
    try {
      await handleLane(ofLane, known, options);
      return [];
    } catch (thrown) {
      return failAll(
        ofLane.map(({ id }) => id),
        toRainhooksError(thrown),
      );
    }
  });
  return (await Promise.all(failures)).flat();
}

async function handleLane(
  items: readonly Item<CutMessage>[],
  known: KnownDestinations,
  options: AttemptWorkerOptions,
): Promise<void> {
  const isEarly = ({ value: { dueAtMs = 0 } }: Item<CutMessage>) => dueAtMs - options.nowMs() > SHORT_WAIT_MS;
  await sendAll(
    items.filter(isEarly).map(({ value }) => value),
    options,
  );
  const due = items.filter((item) => !isEarly(item));
  const [first] = due;
  if (first === undefined) return;
  const { destination: id, lane } = first.value;
  const destination = known.find(id) ?? (await readDestination(options.store, id));
  // What waits for a destination that has been removed is not sent; its items expire.
  if (destination === undefined) return;
  const addedAtMs = Math.max(...due.map(({ value }) => value.addedAtMs));
  await cut({ destination, lane, addedAtMs, cutBy: due.map((item) => item.id) }, options);
}

async function cut(request: CutRequest, options: AttemptWorkerOptions): Promise<void> {
  const { outbox, isDelivered, nowMs } = options;
  const { messages, afterwards } = await cutLane(request, { ...outbox, isDelivered, nowMs });
  await sendAll(messages, options);
  await afterwards?.();
}

/** @throws {RainhooksError} if the queue does not take one of the messages. */
async function sendAll(messages: readonly WorkerMessage[], { retries }: AttemptWorkerOptions): Promise<void> {
  if (messages.length === 0) return;
  const [failed] = await retries(messages);
  if (failed !== undefined) throw failed.error;
}

/** Messages of a destination with the events of their batches, and what became of those that have none. */
export interface OpenedBatches {
  readonly items: readonly AttemptItem[];
  readonly results: readonly Result[];
  readonly batches: ReadonlyMap<AttemptItem, OpenBatch>;
}

/** Reads the events of batches. A batch of which nothing is left has been sent. */
export async function openBatches(
  destination: Destination,
  items: readonly AttemptItem[],
  { outbox }: AttemptWorkerOptions,
): Promise<OpenedBatches> {
  const batches = new Map<AttemptItem, OpenBatch>();
  const results: Result[] = [];
  const opened = items.map(async (item): Promise<AttemptItem[]> => {
    const { batch } = item.value;
    if (batch === undefined) return [item];
    try {
      const found = await findBatch(outbox.table, ownerOf(destination), batch);
      const open = found === undefined ? undefined : await openBatch(outbox.table, found);
      const [first] = open === undefined || open.batch.isDone ? [] : open.events;
      if (open === undefined || first === undefined) {
        const left: AttemptItem = { ...item };
        if (open !== undefined) batches.set(left, open);
        results.push({ item: left, handled: { kind: "done" } });
        return [];
      }
      const { delivery } = first;
      const ready: AttemptItem = { ...item, value: { ...item.value, delivery, events: open.events } };
      batches.set(ready, open);
      return [ready];
    } catch (thrown) {
      results.push({ item, handled: { kind: "failed", error: toRainhooksError(thrown) } });
      return [];
    }
  });
  return { items: (await Promise.all(opened)).flat(), results, batches };
}

/** What became of the batches of a destination. */
export interface SettledBatches {
  readonly destination: Destination;
  readonly results: readonly Result[];
  readonly batches: ReadonlyMap<AttemptItem, OpenBatch>;
}

/**
 * Deletes the batches that are done, keeps those that become dead letters, and lets the next events of a node follow. Returns the results of which that
 * failed, as failed: their messages come again.
 */
export async function settleBatches(
  { destination, results, batches }: SettledBatches,
  options: AttemptWorkerOptions,
): Promise<ReadonlyMap<Result, Result>> {
  const settled = results.map(async (result): Promise<(readonly [Result, Result])[]> => {
    const { item, handled } = result;
    const { batch } = item.value;
    if (
      batch === undefined ||
      handled.kind === "later" ||
      (handled.kind === "failed" && !handled.error.permanent)
    )
      return [];
    try {
      const open = batches.get(item);
      if (open !== undefined) await settleBatch(open, handled.kind, options);
      if (isOrderedLane(batch.lane)) {
        const request = { destination, lane: batch.lane, addedAtMs: options.nowMs(), cutBy: [item.id] };
        await cut(request, options);
      }
      return [];
    } catch (thrown) {
      const { message, code } = toRainhooksError(thrown);
      const error = new RainhooksError(code, message, { cause: thrown });
      return [[result, { ...result, handled: { kind: "failed", error } }]];
    }
  });
  return new Map((await Promise.all(settled)).flat());
}

async function settleBatch(
  open: OpenBatch,
  kind: "done" | "missed" | "failed",
  { outbox, nowMs }: AttemptWorkerOptions,
): Promise<void> {
  if (kind === "failed") return setAside(outbox.table, open, nowMs());
  // What is missed is sent from the archive, in other batches.
  if (kind === "missed") await forgetBatch(outbox.table, open);
  await deleteBatch(outbox.table, open);
}
