import { counted } from "@rainhooks/core/counted";
import { RainhooksError } from "@rainhooks/core/errors";
import { failureOf } from "@rainhooks/stage/aws-failure";
import { printData, printNote } from "@rainhooks/stage/commands/output";
import { interruptible, shown } from "@rainhooks/stage/commands/progress";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import { formatLines, type Line } from "@rainhooks/stage/terminal/lines";
import { copyStage } from "../../copy/copy-stage.ts";

/** Options of `copy`. */
interface CopyOptions extends StageSelection {
  readonly from?: string | undefined;
  readonly fromRegion?: string | undefined;
  readonly fromData?: string | undefined;
  readonly fromProfile?: string | undefined;
}

const LABEL_WIDTH = 15;

/** Copies from one stage to another, and says what. */
export async function copyCommand(options: CopyOptions): Promise<void> {
  const { from: stage, fromRegion: region, fromData: data, fromProfile: profile } = options;
  if (stage === undefined && data === undefined)
    throw new RainhooksError(
      "input-invalid",
      "Name the stage to copy from: --from <stage>, or --from-data <folder>.",
    );
  const from = await reachStage({ stage, region, data, profile }).catch((thrown: unknown) => {
    const { code, message } = failureOf(thrown);
    throw new RainhooksError(code, `The stage to copy from: ${message}`, { cause: thrown });
  });
  const to = await reachStage(options);
  const { objects, tables, missing, secrets } = await interruptible((signal) =>
    shown(({ onProgress }) => copyStage({ from, to }, { signal, onProgress })),
  );
  const lines: Line[] = [
    ["archive", `${counted(objects, "object")} copied`],
    ...[...tables].map(([name, items]): Line => [name, `${counted(items, "item")} copied`]),
    ["secrets", `those of ${counted(secrets, "destination")} copied`],
  ];
  await printData(`${formatLines(lines, LABEL_WIDTH)}\n`);
  for (const name of missing)
    printNote(`The table ${name} was not copied: the other stage does not have it.`);
  printNote(
    `Now rebuild the tables of ${to.outputs.stage}: rainhooks rebuild start node-status, and time-series.`,
  );
}
