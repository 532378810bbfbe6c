import { isOfParts, withoutOtherParts } from "@rainhooks/stack/function/deployment";
import type { StageOutputs } from "@rainhooks/stage/outputs";
import type { FunctionDefinition } from "@rainhooks/webhook/define-function";
import { deployedTables, type StageConfig } from "../config.ts";
import { PARTS } from "../parts.ts";
import { stageData } from "../stores/stage-data.ts";
import { partsOf } from "./parts.ts";

/** What holds data of what the last deployment of a stage has made. */
export type LastDeployment = Pick<StageOutputs, "tables" | "archive">;

/** What the archive is called here: no table has this name. */
const ARCHIVE = "the archive";

/** What `dropData` calls it. */
const ARCHIVE_NAME = "archive";

/**
 * Returns what the last deployment has and no function or part of this code, as `dropData` calls
 * it.
 */
export function unknownData(
  last: LastDeployment | undefined,
  functions: readonly FunctionDefinition[],
  config: StageConfig,
): string[] {
  const known = dataOf({ ...config, parts: partsOf(functions), dropData: [] }, functions);
  const archives = last?.archive === undefined || known.has(ARCHIVE) ? [] : [ARCHIVE_NAME];
  return [...Object.keys(last?.tables ?? {}).filter((name) => !known.has(name)), ...archives];
}

/**
 * Refuses a deployment that would delete tables or the archive that the last one has made: a part
 * is left out, an extension or a function is gone from the code. `dropData` allows it.
 *
 * @param last `undefined` if there was none, or it is not known.
 * @throws {TypeError} with the names of tables, and what to do.
 */
export function refuseLostData(
  config: StageConfig,
  functions: readonly FunctionDefinition[],
  last: LastDeployment | undefined,
): void {
  if (last === undefined) return;
  const { name: stage, parts = partsOf(functions), dropData = [], production } = config;
  const named = partsOf(functions).filter(
    (part) => parts.includes(part) || dropData.includes(part),
  );
  const dataWith = (all: readonly string[]) =>
    dataOf({ ...config, parts: all, dropData: [] }, functions);
  const kept = dataWith(named);
  const before = [...Object.keys(last.tables), ...(last.archive === undefined ? [] : [ARCHIVE])];
  const lost = before.filter((one) => !kept.has(one) && !dropData.includes(dropName(one)));
  if (lost.length === 0) return;
  const drop = production ? "deploy it with production: false first, and then set" : "set";
  const leftOut = partsOf(functions).flatMap((part) => {
    if (named.includes(part)) return [];
    const added = dataWith([...named, part]);
    const own = lost.filter((one) => added.has(one));
    if (own.length === 0) return [];
    return [
      `parts leaves out ${part}, which has ${own.join(", ")}: add it to parts, or ${beforeDrop(part)}${drop} dropData: ["${part}"]`,
    ];
  });
  const unknown = unknownData(last, functions, config).filter((one) =>
    lost.map(dropName).includes(one),
  );
  const gone =
    unknown.length === 0
      ? []
      : [
          `no function or extension that this code deploys has ${unknown.join(", ")}: put back what is gone, or ${drop} dropData: ${JSON.stringify(unknown)}`,
        ];
  throw new TypeError(
    `Stage ${stage}: this deployment would delete data of the last one; ${[...leftOut, ...gone].join("; ")}.`,
  );
}

function dropName(one: string): string {
  return one === ARCHIVE ? ARCHIVE_NAME : one;
}

function beforeDrop(part: string): string {
  const first = PARTS.find(({ name }) => name === part)?.beforeDrop;
  return first === undefined ? "" : `${first}, then `;
}

/** Returns what holds data in a stack, by names within the stage. */
function dataOf(
  config: StageConfig,
  functions: readonly FunctionDefinition[],
): ReadonlySet<string> {
  const own = functions
    .filter((one) => isOfParts(config, one))
    .map((one) => withoutOtherParts(config, one));
  const { tables, streams } = stageData(config, own);
  const names = tables.flatMap((table) => deployedTables(config, table)).map(({ name }) => name);
  return new Set(streams.length === 0 ? names : [...names, ARCHIVE]);
}
