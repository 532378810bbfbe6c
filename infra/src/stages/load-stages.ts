import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { messageOf } from "@rainhooks/core/errors";
import type { StageConfig } from "../config.ts";

/**
 * Loads the stages of a folder: each of its files exports one as `stage`.
 *
 * @throws {TypeError} if a file does not, or if its name is not that of its stage.
 */
export async function loadStages(folder: string): Promise<StageConfig[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".ts")).sort();
  return Promise.all(files.map((file) => loadStage(join(folder, file))));
}

async function loadStage(file: string): Promise<StageConfig> {
  const module: unknown = await import(pathToFileURL(file).href).catch((error: unknown) => {
    throw new TypeError(`${file} cannot be loaded: ${messageOf(error)}`, { cause: error });
  });
  if (!hasStage(module))
    throw new TypeError(
      `${file} does not export a stage with ${NEEDED.join(", ")}. Add: export const stage: StageConfig = …`,
    );
  if (basename(file) !== `${module.stage.name}.ts`)
    throw new TypeError(
      `${file} has the stage ${module.stage.name}. Name the file ${module.stage.name}.ts.`,
    );
  return module.stage;
}

function hasStage(module: unknown): module is { readonly stage: StageConfig } {
  return (
    typeof module === "object" && module !== null && "stage" in module && isStage(module.stage)
  );
}

/** The fields that every stage has. Its other fields are checked with the stage. */
const NEEDED = ["name", "region", "production", "state"];

function isStage(stage: unknown): boolean {
  return typeof stage === "object" && stage !== null && NEEDED.every((field) => field in stage);
}
