import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { EXTENSIONS } from "@rainhooks/app-list/extensions";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { isJsonObject, type JsonObject } from "@rainhooks/core/json";
import type { AppliedFields, FileFields } from "@rainhooks/stage/extension";
import type { ReachedStage } from "@rainhooks/stage/reached";

/**
 * Reads what extensions read of a stage's file.
 *
 * @param file Its path; without one, it has no fields.
 * @throws {RainhooksError} `stage-failed` with a line for each mistake.
 */
export async function readStageFile(file: string | undefined): Promise<readonly FileFields[]> {
  const stage = file === undefined ? {} : await stageIn(file);
  const readText = (path: string) => readFileSync(resolve(dirname(file ?? ""), path), "utf8");
  const modules = await Promise.all(EXTENSIONS.flatMap(({ stageFile }) => stageFile?.() ?? []));
  const fields = modules.map(({ readFileFields }) => readFileFields(stage, readText));
  const mistakes = fields.flatMap((one) => one.mistakes);
  if (mistakes.length > 0) throw failed(`${file}: ${mistakes.join(" ")}`);
  return fields;
}

async function stageIn(file: string): Promise<JsonObject> {
  const module: unknown = await import(pathToFileURL(file).href).catch((error: unknown) => {
    throw failed(`${file} cannot be loaded: ${messageOf(error)}`);
  });
  const stage = typeof module === "object" && module !== null && "stage" in module ? module.stage : undefined;
  if (!isJsonObject(stage)) throw failed(`${file} exports no stage.`);
  return stage;
}

/** Gives a running stage what its file says, as a deployment does. Returns what people should know. */
export async function applyStageFile(
  reached: ReachedStage,
  fields: readonly FileFields[],
): Promise<AppliedFields> {
  const applied: AppliedFields[] = [];
  for (const one of fields) applied.push(await one.apply(reached));
  return {
    lines: applied.flatMap(({ lines }) => lines),
    problems: applied.flatMap(({ problems }) => problems),
  };
}

function failed(message: string): RainhooksError {
  return new RainhooksError("stage-failed", message);
}
