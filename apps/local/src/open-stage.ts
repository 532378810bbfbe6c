import { join } from "node:path";
import { FUNCTIONS, WEBHOOKS } from "@rainhooks/app-list";
import { bundleDir, prepareBundles, rootDir, sourceDir } from "@rainhooks/app-list/bundles";
import { EXTENSIONS } from "@rainhooks/app-list/extensions";
import { RainhooksError } from "@rainhooks/core/errors";
import type { FaultyServices } from "@rainhooks/local/aws/faults/faults";
import { withShortestWaits, withShortWaits } from "@rainhooks/local/aws/stage/short-waits";
import { type Stage, startStage } from "@rainhooks/local/aws/stage/stage";
import type { LocalSource } from "@rainhooks/local/source";
import { extensionTables } from "@rainhooks/stage/extension-data";
import { boundedLines } from "@rainhooks/stage/terminal/bounded-lines";
import { triggeredBy, type Webhook } from "@rainhooks/webhook/define-function";
import { WATCH_FOLDER } from "./local-data.ts";
import {
  localSettings,
  refuseWrongSettings,
  withArchive,
  withReaders,
  withSettings,
} from "./local-settings.ts";
import { chooseWebhooks, orExit, type StartOptions } from "./options.ts";
import type { OutsideCalls } from "./outside-calls.ts";
import { eventLines } from "./watch/event-lines.ts";
import { openWatch, type Watch } from "./watch/watch.ts";

const STAGE = "local";

/** A running stage, and the watched code of its webhooks. */
export interface OpenStage {
  readonly stage: Stage;
  readonly watch: Watch | undefined;
}

/** What a stage needs that is chosen or opened before it. */
export interface StageDependencies {
  readonly chosen: ReturnType<typeof chooseReady>;
  readonly faulty: FaultyServices | undefined;
  readonly outsideCalls: OutsideCalls;
  readonly onProblem: (text: string) => void;
}

/** Starts the stage, prints where it is, and watches the code of its webhooks if that is wanted. */
export async function openStage(
  options: StartOptions,
  dependencies: StageDependencies,
): Promise<OpenStage> {
  const startedMs = performance.now();
  const { faulty, outsideCalls, onProblem } = dependencies;
  const { functions, webhooks, settingsOf, lines } = dependencies.chosen;
  for (const line of lines) onProblem(line);
  const print = boundedLines(process.stdout);
  const own = webhooks.filter(({ runtime }) => runtime === "node");
  const watch = options.watch ? watchApps(own, options.dataDir, print) : undefined;
  const width = Math.max(...webhooks.map(({ name }) => name.length));
  await prepareBundles();
  const adapt = options.watch ? withShortestWaits : withShortWaits;
  const stage = await startStage({
    name: STAGE,
    functions: functions.map((one) => adapt(one)),
    tables: extensionTables(EXTENSIONS),
    source: options.source,
    dataDir: options.dataDir,
    port: options.port,
    queryPort: options.queryPort,
    bundleDir: watch?.bundleDir ?? bundleDir,
    onProblem,
    settingsOf,
    allowOutside: options.allowOutside,
    onBlocked: (name, destination) => outsideCalls.add(name, destination),
    ...(faulty === undefined ? {} : { functionEndpoint: faulty.endpointOf }),
    ...(watch === undefined
      ? {}
      : { onBatch: (batch) => eventLines(batch, Date.now(), width).forEach(print) }),
  }).catch(async (error: unknown) => {
    await watch?.stop();
    throw error;
  });
  watch?.start(stage, adapt);
  printExternal(webhooks, stage);
  console.log(summary(stage, options, performance.now() - startedMs));
  return { stage, watch };
}

/**
 * Returns the functions that are to run, as far as they have their settings, and those of them that
 * are webhooks; and a line for each that cannot. It changes nothing. A wrong name or setting ends
 * the process with one line and exit code 2.
 *
 * @throws {RainhooksError} `stage-failed` if no webhook is left, or the file of secrets cannot be
 * used.
 */
export function chooseReady(options: StartOptions, source: LocalSource) {
  const chosen = chooseWebhooks(options, WEBHOOKS);
  orExit(() => refuseWrongSettings(options, FUNCTIONS));
  const settingsOf = localSettings(options);
  const optional = FUNCTIONS.filter((one) => one.optional).map(({ name }) => name);
  const others = FUNCTIONS.filter(
    ({ name, trigger }) =>
      trigger !== "topics" && (!optional.includes(name) || source.functions.includes(name)),
  );
  const set = withSettings([...chosen, ...others], settingsOf, options);
  const { ready: functions, lines } = withReaders(withArchive(set.ready));
  const webhooks = triggeredBy(functions, "topics");
  if (webhooks.length === 0) throw new RainhooksError("stage-failed", "No webhook is left to run.");
  return { functions, webhooks, settingsOf, lines: [...set.lines, ...lines] };
}

function printExternal(webhooks: readonly Webhook[], { provisioned }: Stage): void {
  for (const { name, runtime } of webhooks)
    if (runtime === "external")
      console.log(
        `The function of ${name} is your own. Its queue: ${provisioned.queues.get(name)?.queue.url}`,
      );
}

/** Watches the apps of webhooks. */
function watchApps(
  webhooks: readonly Webhook[],
  dataDir: string,
  print: (line: string) => void,
): Watch {
  return openWatch({
    webhooks,
    sourceDir,
    rootDir: rootDir(),
    outDir: join(dataDir, WATCH_FOLDER),
    builtDir: bundleDir,
    print,
  });
}

function summary(stage: Stage, { dataDir }: StartOptions, tookMs: number): string {
  const names = stage.webhooks.map(({ name }) => name).join(", ");
  return `Stage "${stage.name}" is up after ${(tookMs / 1000).toFixed(1)} s: ${names}
  AWS endpoint  ${stage.endpoint}
  query API     ${stage.apiUrl}/v1/nodes (documented at /v1/openapi.json)
  data          ${dataDir}`;
}
