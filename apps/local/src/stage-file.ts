import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { isJsonObject } from "@rainhooks/core/json";
import { mistakeText } from "@rainhooks/core/mistake";
import {
  type ReadAllDeclared,
  readAllDeclared,
} from "@rainhooks/extensions/forwarding/destinations/file/declared";
import { writeDeclared } from "@rainhooks/extensions/forwarding/destinations/file/write-declared";
import { destinationsTable } from "@rainhooks/extensions/forwarding/forwarding-tables";
import type { ReachedStage } from "@rainhooks/stage/reached";

/** The destinations of a stage's file. */
type FileDestinations = Pick<ReadAllDeclared, "items">;

/**
 * Reads the destinations that the file of a stage declares.
 *
 * @param file Its path; without one, there are none.
 * @throws {RainhooksError} `stage-failed` with a line for each mistake.
 */
export async function readStageFile(file: string | undefined): Promise<FileDestinations> {
  if (file === undefined) return { items: [] };
  const module: unknown = await import(pathToFileURL(file).href).catch((error: unknown) => {
    throw failed(`${file} cannot be loaded: ${messageOf(error)}`);
  });
  const stage = typeof module === "object" && module !== null && "stage" in module ? module.stage : undefined;
  if (!isJsonObject(stage)) throw failed(`${file} exports no stage.`);
  const { items, mistakes } = readAllDeclared(stage["destinations"] ?? {}, {
    allowPrivate: true,
    readTemplate: (path) => readFileSync(resolve(dirname(file), path), "utf8"),
  });
  if (mistakes.length > 0) throw failed(`${file}: ${mistakes.map((one) => mistakeText(one)).join(" ")}`);
  return { items };
}

/** Writes them to the table of a running stage, as a deployment does. Returns what people should know. */
export async function applyStageFile(
  { clients, outputs }: ReachedStage,
  { items }: FileDestinations,
): Promise<{ readonly lines: readonly string[]; readonly problems: readonly string[] }> {
  const tableName = outputs.tables[destinationsTable.name];
  if (tableName === undefined)
    return {
      lines: [],
      problems:
        items.length === 0
          ? []
          : ["The stage's file has destinations, and the webhook forward does not run."],
    };
  const { written, removed, refused } = await writeDeclared({ client: clients.dynamodb, tableName }, items);
  return {
    lines: [
      ...(written.length === 0 ? [] : [`  destinations  ${written.join(", ")} (of the stage's file)`]),
      ...(removed.length === 0
        ? []
        : [`  not any more  ${removed.join(", ")}, which the stage's file has not`]),
    ],
    problems: refused.map(
      (id) =>
        `The stage's file has a destination ${id}, and a command has made one of that name, which stays. Remove it first, or rename one.`,
    ),
  };
}

function failed(message: string): RainhooksError {
  return new RainhooksError("stage-failed", message);
}
