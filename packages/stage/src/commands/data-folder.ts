import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { RainhooksError } from "@rainhooks/core/errors";
import { DATA_FOLDER, type DataFolder, findDataFolder } from "../find-data-folder.ts";
import { shellWord } from "../terminal/shell.ts";
import { fromCaller, variableOf } from "./caller.ts";
import {
  LOCAL_STAGE,
  lastStageSelection,
  type StageSelection,
  stageNameOf,
} from "./local-stage.ts";
import { printNote } from "./output.ts";

/** Variable with the data folder of the local stage. */
const VARIABLE = "RAINHOOKS_DATA";

/** The project's folder, if the command runs from a clone. */
const PROJECT = resolve(import.meta.dirname, "../../../..");
const CLONE = existsSync(join(PROJECT, "pnpm-workspace.yaml")) ? PROJECT : undefined;

/** The option that names it. */
interface DataOption {
  readonly data?: string | undefined;
}

/** Options whose stage was named already: a command may look for it again and again. */
const named = new WeakSet<object>();

/** Returns the data folder that a variable names; an empty variable counts as none. */
function dataOfVariable(): string | undefined {
  const data = variableOf(VARIABLE);
  return data ? fromCaller(data) : undefined;
}

/**
 * Returns the data folder of the local stage, whether it runs or not. If the user has not named it,
 * and it is not of this folder, a note does.
 */
export async function dataDirOf(options: DataOption): Promise<string> {
  return (await locate(options)).dataDir;
}

/**
 * Returns the data folder of the local stage that is to be reached.
 *
 * @throws {RainhooksError} `stage-unavailable` when the user has named none, and none runs where it
 * was looked for.
 */
export async function reachableDataDirOf(options: DataOption): Promise<string> {
  const { dataDir, search } = await locate(options);
  if (search?.isRunning === false) throw noneRuns(search);
  return dataDir;
}

/** A data folder, and the search that has found it, if there was one. */
interface Located {
  readonly dataDir: string;
  readonly search?: DataFolder;
}

async function locate(options: DataOption): Promise<Located> {
  if (options.data !== undefined) return { dataDir: fromCaller(options.data) };
  const variable = dataOfVariable();
  if (variable !== undefined) {
    name(options, `Stage of ${variable} (${VARIABLE})`);
    return { dataDir: variable };
  }
  const from = fromCaller(".");
  const search = await findDataFolder({ from, home: homedir(), clone: CLONE });
  const { dataDir, isRunning } = search;
  if (isRunning && dirname(dataDir) !== from) name(options, `Stage of ${dataDir}`);
  return { dataDir, search };
}

function name(options: object, note: string): void {
  if (named.has(options)) return;
  named.add(options);
  printNote(note);
}

function noneRuns({ dataDir, looked, leftOut }: DataFolder): RainhooksError {
  const places = looked.filter((folder) => folder !== dirname(dataDir));
  const nor = places.length === 0 ? "" : `, nor on ${DATA_FOLDER} in ${places.join(", ")}`;
  const others = leftOut.map((one) => ` ${one.dataDir} was left out: ${one.why}.`);
  return new RainhooksError(
    "stage-unavailable",
    `No stage runs on ${dataDir}${nor}.${others.join("")} Start one with "npm start", or give its folder with --data or ${VARIABLE}.`,
  );
}

/**
 * Returns the options of a command that a user is advised to run on the same stage; empty for those
 * that are the default.
 */
export function onStage(options: StageSelection): string {
  const stage = stageNameOf(options);
  const named = stage === LOCAL_STAGE ? "" : ` --stage ${shellWord(stage)}`;
  const region = options.region === undefined ? "" : ` --region ${shellWord(options.region)}`;
  // A variable may have been set for one command only.
  const data = options.data ?? (stage === LOCAL_STAGE ? dataOfVariable() : undefined);
  return `${named}${region}${data === undefined ? "" : ` --data ${shellWord(data)}`}`;
}

/** Returns the same for the stage that this command has reached last. */
export function onSelectedStage(): string {
  const options = lastStageSelection();
  return options === undefined ? "" : onStage(options);
}
