import { EXTENSIONS } from "@rainhooks/app-list/extensions";
import { wrongInput } from "@rainhooks/core/errors";
import type { StageOutputs } from "@rainhooks/stage/outputs";

/**
 * Refuses a stage whose events do not come from RainMaker's topics.
 *
 * @throws {RainhooksError} `input-invalid`; the message says what its source does not have.
 */
export function refuseSource({ stage, source }: Pick<StageOutputs, "stage" | "source">): void {
  if (source === undefined) return;
  const found = EXTENSIONS.find((one) => one.source?.name === source)?.source;
  const from =
    found?.refusal ?? `${source}, a source that this version of Rainhooks does not know.`;
  throw wrongInput(`The events of stage ${stage} come from ${from}`);
}
