import { RainhooksError } from "@rainhooks/core";
import { findRunningStage } from "@rainhooks/stage";

/** @throws {RainhooksError} `stage-failed` if two functions have the same name. */
export function refuseSameNames(functions: readonly { readonly name: string }[]): void {
  const names = functions.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new RainhooksError("stage-failed", `Two functions have the name ${twice}. Rename one of them.`);
}

/** @throws {RainhooksError} `stage-failed` if a stage runs on a folder already. */
export async function refuseSecondStage(dataDir: string): Promise<void> {
  const other = await findRunningStage(dataDir);
  if (other === undefined) return;
  const message = `A stage already runs on ${dataDir} (process ${other.pid}). Stop it, or choose another folder with --data.`;
  throw new RainhooksError("stage-failed", message);
}
