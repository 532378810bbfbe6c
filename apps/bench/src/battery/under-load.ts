import type { Stage } from "@rainhooks/local-aws";
import { deployedName } from "@rainhooks/webhook/define";
import { goBack, rebuildWithKills } from "./interrupted-rebuild.ts";
import { Load, type LoadOptions } from "./load.ts";
import { Reader, type ReaderReport } from "./reader.ts";
import { compareSlots, STORES } from "./rebuilt.ts";
import { untilHandled } from "./stage-waits.ts";
import { type Verified, verifyAll } from "./verified.ts";

/** What was done while the tables of a stage were rebuilt under load. */
export interface UnderLoad {
  /** Messages that were published meanwhile, and the seconds that it took. */
  readonly published: number;
  readonly seconds: number;
  /** The moments at which the process of a rebuild was killed. */
  readonly killed: readonly string[];
  readonly reader: ReaderReport;
  /** Records that were still waiting when nothing moved any more. */
  readonly waiting: number;
  /** The comparisons after the rebuild, and after the old tables were live again. */
  readonly verified: readonly Verified[];
}

/**
 * Rebuilds the stores of a stage while events go on and a reader asks all the time; the process of each rebuild is killed again and again. Then the
 * old tables become live again, with events and the reader.
 */
export async function rebuildUnderLoad(
  stage: Stage,
  dataDir: string,
  options: LoadOptions,
  print: (text: string) => void,
): Promise<UnderLoad> {
  const reader = new Reader(stage.apiUrl);
  try {
    const done = await rebuildAndReturn(stage, dataDir, options, print);
    return { ...done, reader: await reader.stop() };
  } finally {
    await reader.stop();
  }
}

async function rebuildAndReturn(
  stage: Stage,
  dataDir: string,
  options: LoadOptions,
  print: (text: string) => void,
): Promise<Omit<UnderLoad, "reader">> {
  const tableName = deployedName(stage.name, "table-slots");
  const target = { dataDir, slots: { client: stage.clients.dynamodb, tableName } };
  const killed: string[] = [];
  const rebuilt = await withLoad(stage, options, async () => {
    for (const store of Object.keys(STORES)) {
      print(`Rebuilding ${store} while events go on.`);
      killed.push(...(await rebuildWithKills(store, target, print)));
    }
  });
  const verified = await compareAll(stage, dataDir, "rebuilt");
  const later = { ...options, firstPart: options.firstPart + rebuilt.parts };
  const returned = await withLoad(stage, later, async () => {
    for (const store of Object.keys(STORES)) {
      print(`Returning to the old tables of ${store} while events go on.`);
      await goBack(store, target);
    }
  });
  verified.push(...(await compareAll(stage, dataDir, "back")));
  return {
    published: rebuilt.published + returned.published,
    seconds: rebuilt.seconds + returned.seconds,
    killed,
    waiting: Math.max(rebuilt.waiting, returned.waiting),
    verified,
  };
}

/** Does something while events go on; returns when all of them are handled. */
async function withLoad(stage: Stage, options: LoadOptions, work: () => Promise<void>) {
  const load = new Load(stage, options);
  try {
    await work();
  } finally {
    await load.stop();
  }
  const { published, seconds, parts } = load;
  return { published, seconds, parts, waiting: await untilHandled(stage) };
}

async function compareAll(stage: Stage, dataDir: string, when: string): Promise<Verified[]> {
  const compared: Verified[] = [];
  for (const [store, tables] of Object.entries(STORES))
    compared.push(await compareSlots(stage, store, tables));
  compared.push(...(await verifyAll(dataDir)));
  return compared.map((one) => ({ ...one, store: `${one.store}, ${when}` }));
}
