import { deleteDestination, readPauses } from "@rainhooks/forwarding";
import { forwardingOf, requireDestination } from "@rainhooks/operate";
import { confirm } from "../confirm.ts";
import { formatted, print } from "../output.ts";
import { reachStage, type StageSelection } from "../reach/reach-stage.ts";

/** Options of `destinations rm`. */
export interface RmOptions extends StageSelection {
  readonly yes?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** Removes a destination and its secrets, after a confirmation. */
export async function rmCommand(id: string, options: RmOptions): Promise<void> {
  const forwarding = forwardingOf(await reachStage(options));
  const { url } = await requireDestination(forwarding, id);
  const pauses = await readPauses(forwarding.table, id);
  const missed = pauses.some((pause) => pause.missed !== undefined)
    ? " It has missed events, which it will not get."
    : "";
  if (
    !options.yes &&
    !(await confirm(`Remove destination ${id} (${url}) and its secrets permanently?${missed}`))
  ) {
    await print("Nothing was removed.\n");
    return;
  }
  await deleteDestination(forwarding, id);
  const text = () => `Destination ${id} was removed. Its attempts stay in the log for 30 days.`;
  await print(formatted(options, { value: { removed: id }, header: [], rows: [], text }));
}
