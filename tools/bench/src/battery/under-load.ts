import { RainhooksError } from "@rainhooks/core/errors";
import { REBUILDS } from "@rainhooks/e2e/lists/rebuilds";
import type { RebuildTarget } from "@rainhooks/e2e/rebuilds";
import type { Stage } from "@rainhooks/local/aws/stage/stage";
import { STORES } from "@rainhooks/stage/tables/store-names";
import { deployedName } from "@rainhooks/webhook/names";
import { type LoadOptions, type LoadResult, publishLoad } from "./load.ts";
import { PollingReader, type ReaderReport } from "./reader.ts";
import { untilIdle } from "./stage.ts";
import { type StoreVerification, verifyAll } from "./verify-stores.ts";

/**
 * What was done while the tables of a stage were rebuilt under load, and what was published
 * meanwhile.
 */
export interface UnderLoad extends Omit<LoadResult, "parts"> {
  /** The moments at which the process of a rebuild was killed. */
  readonly killed: readonly string[];
  readonly reader: ReaderReport;
  /** Records that were still waiting when nothing moved any more. */
  readonly waiting: number;
  /** The comparisons after the rebuild, and after the old tables were live again. */
  readonly verified: readonly StoreVerification[];
}

/**
 * Rebuilds the stores of a stage while events go on and a reader asks all the time; the process of
 * each rebuild is killed again and again. Then the old tables become live again, with events and
 * the reader.
 */
export async function rebuildUnderLoad(
  stage: Stage,
  dataDir: string,
  options: LoadOptions,
  print: (text: string) => void,
): Promise<UnderLoad> {
  const tableName = deployedName(stage.name, "table-slots");
  const target: RebuildTarget = { dataDir, slots: { client: stage.clients.dynamodb, tableName } };
  const [rebuilds] = REBUILDS;
  if (rebuilds === undefined)
    throw new RainhooksError("input-invalid", "Nothing rebuilds stores: leave out --load.");
  const killed: string[] = [];
  const reader = new PollingReader(stage.apiUrl);
  try {
    const rebuilt = await withLoad(stage, options, async (store) => {
      print(`Rebuilding ${store} while events go on.`);
      killed.push(...(await rebuilds.withKills(store, target, print)));
    });
    const verified = await verifyAll(dataDir, "rebuilt");
    const later = { ...options, firstPart: options.firstPart + rebuilt.parts };
    const returned = await withLoad(stage, later, async (store) => {
      print(`Returning to the old tables of ${store} while events go on.`);
      await rebuilds.goBack(store, target);
    });
    verified.push(...(await verifyAll(dataDir, "back")));
    return {
      killed,
      verified,
      reader: await reader.stop(),
      published: rebuilt.published + returned.published,
      seconds: rebuilt.seconds + returned.seconds,
      waiting: Math.max(rebuilt.waiting, returned.waiting),
    };
  } finally {
    await reader.stop();
  }
}

/** Does something with each store while events go on; returns when all of them are handled. */
async function withLoad(
  stage: Stage,
  options: LoadOptions,
  work: (store: string) => Promise<void>,
) {
  const ending = new AbortController();
  const load = publishLoad(stage, options, ending.signal);
  // It is awaited below, also if the work fails before it does.
  load.catch(() => undefined);
  try {
    for (const store of STORES) await work(store);
  } finally {
    ending.abort();
    await load;
  }
  return { ...(await load), waiting: await untilIdle(stage) };
}
