import { gunzipSync } from "node:zlib";
import type { SSMClient } from "@aws-sdk/client-ssm";
import { collect } from "@rainhooks/core/collections";
import { notFound, RainhooksError } from "@rainhooks/core/errors";
import { tryParseJson } from "@rainhooks/core/json";
import * as v from "valibot";
import { clientOptions, type StageAccount } from "./account.ts";
import { outputsParameter, type StageOutputs, stageOfParameter, stageOutputs } from "./outputs.ts";
import { readStageFilePlace } from "./stage-file.ts";

/**
 * Reads the outputs of a deployed stage.
 *
 * @throws {RainhooksError} `not-found` when the region has no such stage; the message lists those
 * it has.
 */
export async function readOutputs(
  stage: string,
  account: StageAccount = {},
): Promise<StageOutputs> {
  const { GetParameterCommand, ParameterNotFound } = await import("@aws-sdk/client-ssm");
  const client = await ssmClient(account);
  try {
    const { Parameter } = await client.send(
      new GetParameterCommand({ Name: outputsParameter(stage) }),
    );
    return parseOutputs(stage, Parameter?.Value ?? "");
  } catch (error) {
    if (!(error instanceof ParameterNotFound)) throw error;
    const where = await client.config.region();
    const hint = await listDeployed(account).then(
      (stages) =>
        stages.length === 0
          ? " The region has no stages."
          : ` Deployed stages: ${stages.join(", ")}.`,
      () => "",
    );
    throw notFound(`No stage ${stage} is deployed in ${where}.${hint}`);
  }
}

/**
 * Reads the outputs of the stage of a function.
 *
 * @param place Name of their SSM parameter, or the file of a local stage.
 * @returns `undefined` while a local stage starts.
 * @throws what SSM throws; {@link RainhooksError} `stage-unavailable` for those of another version.
 */
export async function outputsAt(
  stage: string,
  place: string,
  ssm: SSMClient,
): Promise<StageOutputs | undefined> {
  const found = await readStageFilePlace(place);
  if (found !== "deployed") return found;
  const { GetParameterCommand } = await import("@aws-sdk/client-ssm");
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: place }));
  return parseOutputs(stage, Parameter?.Value ?? "");
}

/** Outputs of a stage, as a deployment has written them. */
export interface OutputsVersion {
  /** When it was written, epoch milliseconds. */
  readonly atMs: number;
  /** Its number: the first one is 1. */
  readonly version: number;
  /** `undefined` if they are of another version of Rainhooks. */
  readonly outputs: StageOutputs | undefined;
}

/**
 * Reads the outputs of all deployments of a stage that SSM has kept, which is the last hundred that
 * changed them.
 */
export async function readOutputsHistory(
  client: SSMClient,
  stage: string,
): Promise<OutputsVersion[]> {
  const { paginateGetParameterHistory } = await import("@aws-sdk/client-ssm");
  const pages = await collect(
    paginateGetParameterHistory({ client }, { Name: outputsParameter(stage) }),
  );
  return pages
    .flatMap(({ Parameters = [] }) => Parameters)
    .map(({ LastModifiedDate, Version = 0, Value = "" }) => {
      const parsed = v.safeParse(stageOutputs, tryParseJson(outputsJson(Value)));
      const outputs = parsed.success ? parsed.output : undefined;
      return { atMs: LastModifiedDate?.getTime() ?? 0, version: Version, outputs };
    })
    .sort((a, b) => a.version - b.version);
}

/** Lists the names of the stages that are deployed in a region. */
export async function listDeployed(account: StageAccount = {}): Promise<string[]> {
  const { paginateGetParametersByPath } = await import("@aws-sdk/client-ssm");
  const client = await ssmClient(account);
  const pages = await collect(
    paginateGetParametersByPath({ client }, { Path: "/rainhooks/", Recursive: true }),
  );
  return pages
    .flatMap(({ Parameters = [] }) => Parameters)
    .flatMap(({ Name = "" }) => stageOfParameter(Name) ?? [])
    .sort();
}

/** Creates a client of SSM. */
export async function ssmClient(account: StageAccount): Promise<SSMClient> {
  const { SSMClient } = await import("@aws-sdk/client-ssm");
  return new SSMClient(clientOptions(account));
}

/**
 * Reads outputs from the text of their SSM parameter.
 *
 * @throws {RainhooksError} `stage-unavailable` for those of another version.
 */
function parseOutputs(stage: string, text: string): StageOutputs {
  const json = tryParseJson(outputsJson(text));
  const parsed = v.safeParse(stageOutputs, json);
  if (parsed.success) return parsed.output;
  const writer = v.safeParse(v.object({ version: v.string() }), json);
  const by = writer.success ? `Rainhooks ${writer.output.version}` : "another version of Rainhooks";
  throw new RainhooksError(
    "stage-unavailable",
    `Stage ${stage} was deployed by ${by}: this command cannot read its SSM parameter ${outputsParameter(stage)}. Install the command of that version, or deploy the stage again with this one.`,
  );
}

/** Maximum size of the outputs of a stage. */
const MAX_BYTES = 1024 * 1024;

/**
 * Returns the JSON of outputs from the text of their SSM parameter: gzip in base64. A text that is
 * something else has none.
 */
export function outputsJson(text: string): string {
  try {
    return gunzipSync(Buffer.from(text, "base64"), { maxOutputLength: MAX_BYTES }).toString("utf8");
  } catch {
    return "";
  }
}
