import { type OutputsVersion, readOutputsHistory, ssmClient } from "@rainhooks/stage/deployed";
import { functionOf } from "@rainhooks/stage/outputs";
import type { StageAccess } from "@rainhooks/stage/reached";
import type { Store } from "../store-names.ts";
import type { EarlierOf } from "../stores.ts";

/**
 * The outputs of the deployments of a stage, as far as SSM has kept them; `undefined` for the local stage,
 * which keeps none.
 */
export type OutputsHistory = readonly OutputsVersion[] | undefined;

/** Reads the outputs of the deployments of a stage. */
export async function outputsHistoryOf({ local, outputs, profile }: StageAccess): Promise<OutputsHistory> {
  if (local !== undefined) return undefined;
  return readOutputsHistory(await ssmClient({ region: outputs.region, profile }), outputs.stage);
}

/** Returns what the settings of a store's webhook were at any of the deployments. */
export function earlierIn(history: OutputsHistory, store: Store): EarlierOf {
  return (name) => {
    const values = (history ?? []).map(({ outputs }) =>
      Number((outputs && functionOf(outputs, store, "topics"))?.settings[name]?.value ?? Number.NaN),
    );
    return [...new Set(values.filter(Number.isFinite))];
  };
}
