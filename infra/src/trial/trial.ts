import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TopicsConfig } from "@rainhooks/stack/config/config";
import { topicName } from "@rainhooks/stack/topics";
import type { StageConfig } from "../config.ts";
import { PARTS } from "../parts.ts";
import type { StageContents } from "../stack.ts";
import { synthesizeIn } from "../synthesize.ts";
import { createTopics, emulatorClients } from "./emulator.ts";
import { emulatorEnvironment, runTerraform } from "./terraform.ts";
import { tryEvent } from "./try-event.ts";

/** Options of {@link trial}. */
export interface TrialOptions {
  readonly stage: StageConfig;
  readonly contents: StageContents;
  /** URL of the emulator. */
  readonly endpoint: string;
  /** Terraform's or OpenTofu's command. */
  readonly terraform: string;
  /** How long the event may take to arrive. */
  readonly maxWaitMs: number;
  /** First Ctrl-C: stops applying, and destroys what was made. */
  readonly stop: AbortSignal;
  /** Second Ctrl-C: stops destroying, too. */
  readonly stopAtOnce: AbortSignal;
  readonly print: (text: string) => void;
}

/**
 * Deploys a stage to an AWS-compatible emulator: init, apply, an event, destroy. Terraform's state is in a
 * folder of its own, which is deleted in the end unless something is left in it.
 *
 * @throws {Error} if a step fails. What was made before is destroyed.
 */
export async function trial(options: TrialOptions): Promise<void> {
  const { stage, contents, endpoint, terraform: command, stop, stopAtOnce, print } = options;
  const [missing] = PARTS.flatMap((part) => part.notOnEmulator?.(stage) ?? []);
  if (missing !== undefined) throw new Error(missing);
  const folder = mkdtempSync(join(tmpdir(), "rainhooks-trial-"));
  const config = trialStage(stage, endpoint);
  const { folder: cwd, stack } = synthesizeIn(join(folder, "out"), config, contents);
  const clients = emulatorClients(endpoint, config.region);
  const topics = await createTopics(stack, clients);
  const run = { print, command, cwd, env: emulatorEnvironment(process.env, endpoint) };
  const isStopped = () => stop.aborted;
  let applying = false;
  try {
    await runTerraform(["init", "-input=false"], { ...run, signal: stop });
    applying = true;
    await runTerraform(["apply", "-input=false", "-auto-approve"], { ...run, signal: stop });
    const topicArn = topics.get(topicName(config.topics ?? {}, "rmaker.event.node_connected")) ?? "";
    print(`\n${await tryEvent({ ...options, config, clients, topicArn, signal: stop })}\n`);
  } catch (error) {
    if (!isStopped()) throw error;
    print("\nInterrupted. Destroying what was made. (Ctrl-C again stops that, too.)");
  } finally {
    if (applying) await destroy({ ...run, signal: stopAtOnce }, folder);
    else rmSync(folder, { recursive: true });
  }
}

async function destroy(run: Parameters<typeof runTerraform>[1], folder: string): Promise<void> {
  const args = ["destroy", "-input=false", "-auto-approve"];
  await runTerraform(args, run).catch((error: unknown) => {
    const { message } = error instanceof Error ? error : new Error(String(error));
    throw new Error(
      `${message} Resources are left in the emulator, and their state in ${folder}. To destroy them, run: AWS_ENDPOINT_URL=${run.env["AWS_ENDPOINT_URL"]} ${run.command} -chdir=${run.cwd} destroy`,
    );
  });
  rmSync(folder, { recursive: true });
}

/**
 * Returns a stage as the trial deploys it: to the emulator, with a state of its own, and nothing that would
 * keep it from being destroyed. Topics of other accounts and exports of RainMaker's stacks do not exist
 * there; topics are found by name.
 */
export function trialStage(stage: StageConfig, endpoint: string): StageConfig {
  const { accountId, topics, kmsKeyArn, iam, ...rest } = stage;
  return {
    ...rest,
    endpoint,
    production: false,
    state: "local",
    ...(topics === undefined ? {} : { topics: byName(topics) }),
    archive: { ...stage.archive, forceDestroy: true },
  };
}

function byName({ lookup, arns = {}, include = [], ...rest }: TopicsConfig): TopicsConfig {
  const known = Object.keys(arns) as (keyof typeof arns)[];
  return { ...rest, include: [...include, ...known] };
}
