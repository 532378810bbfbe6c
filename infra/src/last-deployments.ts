import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { stackName } from "@rainhooks/stack/config/config";
import { identityOf } from "@rainhooks/stage/operations/caller";
import { stageOutputs } from "@rainhooks/stage/outputs";
import { readOutputs } from "@rainhooks/stage/read-outputs";
import * as v from "valibot";
import type { LastDeployment } from "./check/lost-data.ts";
import type { StageConfig } from "./config.ts";

/** What Terraform's state says of a stage; a stage that was destroyed has no outputs. */
const StateSchema = v.object({
  outputs: v.object({ stage: v.optional(v.object({ value: stageOutputs })) }),
});

/**
 * Reads what the last deployment of each stage has made: from the file of its state, or the SSM
 * parameter with its outputs.
 *
 * @param stateFolder The folder with states that are files.
 * @returns By the names of stages, as far as they can be read here; and a line for each one that
 * cannot.
 */
export async function readLastDeployments(stages: readonly StageConfig[], stateFolder: string) {
  const of = new Map<string, LastDeployment>();
  const unread: string[] = [];
  for (const stage of stages)
    try {
      const last = await (stage.state === "local"
        ? inFile(stage, stateFolder)
        : inParameter(stage));
      if (last !== undefined) of.set(stage.name, last);
    } catch (error) {
      unread.push(
        `${stage.name} is not compared with its last deployment, which cannot be read: ${messageOf(error)}`,
      );
    }
  return { of, unread };
}

async function inFile({ name }: StageConfig, folder: string): Promise<LastDeployment | undefined> {
  const text = await readFile(join(folder, `${stackName(name)}.tfstate`), "utf8").catch(
    (error: unknown) => {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
      throw error;
    },
  );
  return text === undefined
    ? undefined
    : v.parse(StateSchema, JSON.parse(text)).outputs.stage?.value;
}

async function inParameter({
  name,
  region,
  accountId,
}: StageConfig): Promise<LastDeployment | undefined> {
  try {
    return await readOutputs(name, { region });
  } catch (error) {
    if (!(error instanceof RainhooksError && error.code === "not-found")) throw error;
    const account = accountId === undefined ? undefined : (await identityOf({ region })).Account;
    if (account === accountId) return undefined;
    throw new Error(
      `the stage is in account ${accountId}, and the AWS credentials are of ${account}`,
    );
  }
}
