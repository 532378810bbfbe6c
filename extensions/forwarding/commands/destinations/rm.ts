import { confirm } from "@rainhooks/stage/commands/confirm";
import { formatted, print } from "@rainhooks/stage/commands/output";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import { deleteDestination } from "../../destinations/manage.ts";
import { readAll } from "../../destinations/store.ts";
import { type Forwarding, forwardingOf } from "../../operations/forwarding-of.ts";
import { hasMissed } from "../../pauses/pause.ts";

/** Options of `destinations rm`. */
export interface RmOptions extends StageSelection {
  readonly yes?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** Removes a destination and its secrets, after a confirmation. */
export async function rmCommand(id: string, options: RmOptions): Promise<void> {
  const forwarding = forwardingOf(await reachStage(options));
  const question = await questionOf(forwarding, id);
  if (question !== undefined && !options.yes && !(await confirm(question))) {
    await print("Nothing was removed.\n");
    return;
  }
  await deleteDestination(forwarding, id);
  const text = () => `Destination ${id} was removed. Its attempts stay in the log for 30 days.`;
  await print(formatted(options, { value: { removed: id }, header: [], rows: [], text }));
}

/** Returns what is asked before a destination is removed; `undefined` for one that will be refused. */
async function questionOf({ table }: Pick<Forwarding, "table">, id: string): Promise<string | undefined> {
  const { destinations, left, pauses } = await readAll(table);
  if (left.includes(id))
    return `Remove the secrets of ${id}, which is no longer in the stage's file, permanently?`;
  const found = destinations.find((one) => one.id === id);
  if (found === undefined || found.origin !== undefined) return undefined;
  const missed = hasMissed(pauses, id) ? " It has missed events, which it will not get." : "";
  return `Remove destination ${id} (${found.url}) and its secrets permanently?${missed}`;
}
