import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SHIPPED, SHIPPED_WEBHOOKS } from "@rainhooks/app-list";
import { EXTENSIONS } from "@rainhooks/app-list/extensions";
import { withShortWaits, withTimeout } from "@rainhooks/local/aws/stage/short-waits";
import { type Stage, startStage } from "@rainhooks/local/aws/stage/stage";
import type { StageOptions } from "@rainhooks/local/aws/stage/stage-options";
import { extensionTables } from "@rainhooks/stage/extension-data";
import type { FunctionDefinition, Webhook } from "@rainhooks/webhook/define-function";
import { withArchive } from "../local-settings.ts";
import { shippedBundle } from "./shipped-bundle.ts";

/** A stage with the built bundles for a test, its data folder, and its problems. */
export interface TestStage {
  readonly stage: Stage;
  readonly dataDir: string;
  /**
   * Without records that went back to their queue: that happens when a service takes too long on a
   * busy machine, and they are handled later.
   */
  readonly problems: readonly string[];
  stop(): Promise<void>;
}

/**
 * Returns shipped webhooks with short waits and a timeout of their own, so that what waits for
 * functions takes less time.
 */
export function webhooksWithTimeout(names: readonly string[], timeoutS: number): Webhook[] {
  return SHIPPED_WEBHOOKS.filter(({ name }) => names.includes(name)).map((webhook) =>
    withTimeout(withShortWaits(webhook), timeoutS),
  );
}

/**
 * Returns the functions of a stage with these webhooks, and all others that a stage has by default.
 */
export function functionsWith(webhooks: readonly Webhook[]): FunctionDefinition[] {
  const others = SHIPPED.filter(
    ({ trigger, optional }) => trigger !== "topics" && optional !== true,
  );
  return withArchive([...webhooks, ...others.map(withShortWaits)]);
}

/** Returns the same without those that run at a rate. */
export function unscheduledWith(webhooks: readonly Webhook[]): FunctionDefinition[] {
  return functionsWith(webhooks).filter(({ trigger }) => trigger !== "rate");
}

/**
 * The functions of a stage of a test, if it names no others: those of {@link ALL_FUNCTIONS} that do
 * not run at a rate.
 */
export const UNSCHEDULED_FUNCTIONS: readonly FunctionDefinition[] = unscheduledWith(
  SHIPPED_WEBHOOKS.map(withShortWaits),
);

/** All functions that a stage has by default. */
export const ALL_FUNCTIONS: readonly FunctionDefinition[] = functionsWith(
  SHIPPED_WEBHOOKS.map(withShortWaits),
);

/** Options of a stage of a test. */
export type TestStageOptions = Partial<
  Pick<
    StageOptions,
    | "functions"
    | "source"
    | "services"
    | "functionEndpoint"
    | "bundleDir"
    | "targets"
    | "onBatch"
    | "onBlocked"
    | "settingsOf"
    | "lazy"
  >
>;

/** Starts a stage on a folder, as {@link startTestStage} does on its own. */
export function startStageOn(
  dataDir: string,
  onProblem: (text: string) => void,
  options: TestStageOptions = {},
): Promise<Stage> {
  return startStage({
    name: "local",
    functions: UNSCHEDULED_FUNCTIONS,
    tables: extensionTables(EXTENSIONS),
    dataDir,
    port: 0,
    queryPort: 0,
    bundleDir: shippedBundle,
    lazy: true,
    onProblem,
    ...options,
  });
}

/**
 * Starts a stage on its own folder, with the functions that a stage has by default, but for those
 * that run at a rate: most tests look at nothing that a sweep every two seconds does. The processes
 * of functions start when they are needed.
 */
export async function startTestStage(options: TestStageOptions = {}): Promise<TestStage> {
  const dataDir = await mkdtemp(join(tmpdir(), "stage-"));
  const problems: string[] = [];
  const remove = () => rm(dataDir, { recursive: true });
  const onProblem = (text: string) => {
    if (!/ of \d+ records failed$/.test(text)) problems.push(text);
  };
  const stage = await startStageOn(dataDir, onProblem, options).catch(async (error: unknown) => {
    await remove();
    throw error;
  });
  return {
    stage,
    dataDir,
    problems,
    stop: async () => {
      await stage.stop();
      await remove();
    },
  };
}
