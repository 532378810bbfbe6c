import { availableParallelism } from "node:os";
import { listObjects } from "@rainhooks/archive/objects";
import type { Slot } from "@rainhooks/dynamodb/slots/slot";
import { reachedArchive } from "@rainhooks/stage/operate/stage/archive";
import { addressOf, type ReachedStage, type StageAddress } from "@rainhooks/stage/reached";
import type { Webhook } from "@rainhooks/webhook/define-function";
import type { Store } from "../store-names.ts";
import { threadScript } from "../work/one-thread.ts";
import { workThreads } from "../work/work-threads.ts";
import type { StoreOfStage } from "./store-dependencies.ts";
import type { StartVerifyWorks } from "./verify-store.ts";

/** What a thread of a verification needs. */
export interface ThreadSetup {
  readonly address: StageAddress;
  readonly store: Store;
  readonly definition: Pick<Webhook, "events" | "filtered">;
  readonly slot: Slot;
}

/** An archive with less is read before threads have started. */
const MIN_BYTES = 16 * 1024 * 1024;
const MAX_THREADS = 8;

const SCRIPT = threadScript("verify-thread", import.meta.url);

/** Returns what starts a thread for each processor, if the archive is large enough. */
export async function threadsFor(
  { reached, store, definition: { events, filtered } }: StoreOfStage,
  slot: Slot,
): Promise<StartVerifyWorks | undefined> {
  const count = Math.min(MAX_THREADS, availableParallelism());
  if (count === 1 || (await archiveBytes(reached, MIN_BYTES)) < MIN_BYTES) return undefined;
  const setup: ThreadSetup = {
    address: addressOf(reached),
    store,
    definition: { events, filtered },
    slot,
  };
  return workThreads(count, SCRIPT, setup);
}

/** Returns how large the archive of a stage is, without counting further than to a maximum. */
export async function archiveBytes(reached: ReachedStage, max: number): Promise<number> {
  let sum = 0;
  for await (const { bytes } of listObjects(reachedArchive(reached))) {
    sum += bytes;
    if (sum >= max) break;
  }
  return sum;
}
