import { RainhooksError } from "@rainhooks/core/errors";
import { printNote } from "@rainhooks/stage/commands/output";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import type { Functions } from "@rainhooks/stage/functions";
import { planCommand } from "../../../repair/commands/replay/plan-replay.ts";
import { startCommand } from "../../../repair/commands/replay/start-replay.ts";
import { forwardingOf, requireDestination } from "../../operations/forwarding-of.ts";
import { FORWARD } from "../../operations/recover/recover.ts";

/** Options of `destinations recover`. */
export interface RecoverOptions extends StageSelection {
  readonly from: number;
  readonly to?: number | undefined;
  readonly plan?: boolean | undefined;
  readonly rate: number;
  readonly maxDeadLetters: number;
  readonly wait?: boolean | undefined;
  readonly yes?: boolean | undefined;
}

/** Sends a destination what it wants of a time and has not got: what failed for good, or was dropped. */
export async function recoverCommand(
  id: string,
  options: RecoverOptions,
  functions: Functions,
): Promise<void> {
  const forwarding = forwardingOf(await reachStage(options));
  const { events, nodes, tags, state } = await requireDestination(forwarding, id);
  if (state !== "active")
    throw new RainhooksError("input-invalid", `${id} is ${state}, so it gets no events.`, {
      hint: { to: "Resume it first", command: `destinations resume ${id}` },
    });
  const replay = {
    ...options,
    webhook: FORWARD,
    address: id,
    ...(events === "all" ? {} : { event: events }),
    ...(nodes.length === 0 || tags.length > 0 ? {} : { nodeIds: nodes }),
  };
  printNote(`Only what the log of attempts does not show as delivered to ${id} is sent.`);
  await (options.plan === true ? planCommand(replay, functions) : startCommand(replay, functions));
}
