import { counted } from "@rainhooks/core";
import {
  closePause,
  type Destination,
  noteActive,
  type Pause,
  readPauses,
  setState,
} from "@rainhooks/forwarding";
import { FORWARD } from "@rainhooks/operate";
import type { ReachedStage } from "@rainhooks/stage";
import { asTyped } from "@rainhooks/terminal";
import { confirm } from "../../confirm.ts";
import { formatted, print } from "../../output.ts";
import { onStage } from "../../reach/on-stage.ts";
import { reachStage } from "../../reach/stage.ts";
import { targetOf } from "../../replay/target.ts";
import { type Forwarding, forwardingOf } from "../reach-destinations.ts";
import { requireDestination } from "../show.ts";
import { shownDestination } from "../view.ts";
import { deadLettersText } from "./dead-letters.ts";
import type { ResumeOptions } from "./options.ts";
import { planResume, planText } from "./plan.ts";
import { sendMissed } from "./send-missed.ts";

/** Deliveries per second, of a destination without a rate of its own. */
const DEFAULT_RATE = 50;

/** Resumes a destination, and sends it what it missed. */
export async function resumeCommand(id: string, options: ResumeOptions): Promise<void> {
  const reached = await reachStage(options);
  const forwarding = forwardingOf(reached);
  const destination = await requireDestination(forwarding, id);
  const pauses = await readPauses(forwarding.table, id);
  if (destination.state === "active" && pauses.length === 0) {
    await printState(destination, false, `${id} is active already.`, options);
    return;
  }
  if (reached.outputs.archive === undefined) await withoutArchive(forwarding, destination, options);
  else if (options.skipMissed === true) await skipMissed(forwarding, destination, pauses, options);
  else if (pauses.every(({ missed }) => missed === undefined) && options.plan !== true)
    await resumeAndSend(reached, forwarding, destination, { ...options, rate: rateOf(destination, options) });
  else await resumeByPlan(reached, forwarding, destination, { pauses, options });
}

/** Half of a destination's own rate is for what it missed, so that live events have the rest. */
function rateOf({ ratePerS }: Destination, { rate }: ResumeOptions): number {
  return rate ?? (ratePerS === undefined ? DEFAULT_RATE : Math.max(1, Math.floor(ratePerS / 2)));
}

async function resumeByPlan(
  reached: ReachedStage,
  forwarding: Forwarding,
  destination: Destination,
  { pauses, options }: { readonly pauses: readonly Pause[]; readonly options: ResumeOptions },
): Promise<void> {
  const { maxDeadLetters, json } = options;
  const rate = rateOf(destination, options);
  const target = targetOf(reached, FORWARD);
  const plan = await planResume(reached, destination, pauses, {
    target,
    rate,
    maxDeadLetters,
    nowMs: Date.now(),
  });
  const planned = { destination: shownDestination(destination), plan };
  const text = () => planText(destination, plan);
  if (options.plan === true || json !== true)
    await print(formatted(options, { value: planned, header: [], rows: [], text }));
  if (options.plan === true) return;
  const question = `Resume ${destination.id}, and send it up to ${counted(plan.matched, "delivery", "deliveries")} that it missed?`;
  if (!(options.yes || (await confirm(question)))) {
    await print("Nothing was changed.\n");
    return;
  }
  await resumeAndSend(reached, forwarding, destination, { ...options, rate });
}

async function resumeAndSend(
  reached: ReachedStage,
  { table }: Forwarding,
  { id }: Destination,
  options: ResumeOptions & { readonly rate: number },
): Promise<void> {
  const { destination, changed } = await setState(table, id, { state: "active", atMs: Date.now() });
  if (options.json !== true && changed) await print(`${id} is active.\n`);
  await sendMissed(reached, destination, options);
}

/** Lets a destination be active, and forgets what it missed. */
async function skipMissed(
  { table }: Forwarding,
  { id }: Destination,
  pauses: readonly Pause[],
  options: ResumeOptions,
): Promise<void> {
  const { destination, changed } = await setState(table, id, { state: "active", atMs: Date.now() });
  for (const pause of pauses) {
    await noteActive(table, pause, Date.now());
    await closePause(table, pause);
  }
  const recover = asTyped(`rainhooks destinations recover ${id} --from <time>${onStage(options)}`);
  const text = `${id} is active. What it missed is not sent; the archive has it: ${recover}`;
  await printState(destination, changed, text, options);
}

async function withoutArchive(
  { table }: Forwarding,
  before: Destination,
  options: ResumeOptions,
): Promise<void> {
  const { destination, changed } = await setState(table, before.id, { state: "active", atMs: Date.now() });
  for (const pause of await readPauses(table, before.id)) await closePause(table, pause);
  await printState(
    destination,
    changed,
    `${before.id} is active.\n\n${deadLettersText(before, options)}`,
    options,
  );
}

function printState(
  destination: Destination,
  changed: boolean,
  text: string,
  options: ResumeOptions,
): Promise<void> {
  const value = { destination: shownDestination(destination), changed };
  return print(formatted(options, { value, header: [], rows: [], text: () => text }));
}
