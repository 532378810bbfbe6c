import { print } from "@rainhooks/stage/commands/output";
import { listDeployed } from "@rainhooks/stage/deployed";
import { formatTable } from "@rainhooks/stage/terminal/format-table";

/** Lists the stages that are deployed in a region. */
export async function listStagesCommand(options: {
  readonly region?: string | undefined;
  readonly json?: boolean | undefined;
}): Promise<void> {
  const stages = await listDeployed({ region: options.region });
  if (options.json) await print(`${JSON.stringify({ stages }, undefined, 2)}\n`);
  else if (stages.length === 0) await print("No stages are deployed in this region.\n");
  else
    await print(
      `${formatTable(
        ["stage"],
        stages.map((stage) => [stage]),
      )}\n`,
    );
}
