import { counted } from "@rainhooks/core/counted";
import { confirm } from "@rainhooks/stage/commands/confirm";
import { EXIT } from "@rainhooks/stage/commands/exit";
import { onStage } from "@rainhooks/stage/commands/on-stage";
import { formatted, print } from "@rainhooks/stage/commands/output";
import { interruptible, shown } from "@rainhooks/stage/commands/progress";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import type { ReachedStage } from "@rainhooks/stage/reached";
import { asTyped } from "@rainhooks/stage/terminal/as-typed";
import { formatTime } from "@rainhooks/stage/terminal/time";
import type { Destination } from "../../../destinations/destination.ts";
import {
  planResume,
  type ResumeRequest,
  type ResumeState,
  readResumeState,
} from "../../../operations/plan-resume.ts";
import type { Recovered } from "../../../operations/recover/recover.ts";
import {
  type Activated,
  activateDestination,
  activateWithoutMissed,
  sendMissed,
} from "../../../operations/resume-destination.ts";
import { recoveredText, resumePlanText } from "../../../views/resume-text.ts";
import { shownDestination } from "../destination-view.ts";

/** Options of `destinations resume`. */
interface ResumeOptions extends StageSelection, ResumeRequest {
  /** Show only what would be done. */
  readonly plan?: boolean | undefined;
  /** Do not send what was missed. */
  readonly skipMissed?: boolean | undefined;
  readonly yes?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** Resumes a destination, and sends it what it missed. */
export async function resumeCommand(id: string, options: ResumeOptions): Promise<void> {
  const reached = await reachStage(options);
  const state = await readResumeState(reached, id);
  const { destination, kind } = state;
  if (kind === "active")
    await printState({ destination, changed: false }, `${id} is active already.`, options);
  else if (kind === "no-archive" && options.plan === true)
    await printState({ destination, changed: false }, deadLettersText(destination, options), options);
  else if (kind === "no-archive") {
    const text = `${id} is active.\n\n${deadLettersText(destination, options)}`;
    await printState(await activateWithoutMissed(reached, id), text, options);
  } else if (options.skipMissed === true) {
    const recover = asTyped(`rainhooks destinations recover ${id} --from <time>${onStage(options)}`);
    const text = `${id} is active. What it missed is not sent; the archive has it: ${recover}`;
    await printState(await activateWithoutMissed(reached, id), text, options);
  } else if (kind === "nothing-missed" && options.plan !== true) await resumeAndSend(reached, id, options);
  else await resumeByPlan(reached, state, options);
}

async function resumeByPlan(
  reached: ReachedStage,
  state: ResumeState,
  options: ResumeOptions,
): Promise<void> {
  const { destination } = state;
  const plan = await shown((progress) => planResume(reached, state, options, progress));
  const value = { destination: shownDestination(destination), plan };
  const text = () => resumePlanText(destination, plan);
  if (options.plan === true || options.json !== true)
    await print(formatted(options, { value, header: [], rows: [], text }));
  if (options.plan === true) return;
  const question = `Resume ${destination.id}, and send it up to ${counted(plan.matched, "delivery", "deliveries")} that it missed?`;
  if (options.yes || (await confirm(question))) await resumeAndSend(reached, destination.id, options);
  else await print("Nothing was changed.\n");
}

async function resumeAndSend(reached: ReachedStage, id: string, options: ResumeOptions): Promise<void> {
  const { destination, changed } = await activateDestination(reached, id);
  if (options.json !== true && changed) await print(`${id} is active.\n`);
  const recovered = await interruptible((signal) =>
    shown(({ onProgress }) => sendMissed(reached, destination, options, { signal, onProgress }), {
      quiet: options.json === true,
    }),
  );
  await printRecovered(destination, recovered, options);
  if (recovered.kind !== "done") process.exitCode = EXIT.failed;
}

function printRecovered(
  destination: Destination,
  recovered: Recovered,
  options: ResumeOptions,
): Promise<void> {
  const sent = recovered.kind === "done" ? { sent: recovered.sent } : {};
  const value = { recovered: recovered.kind, ...sent, destination: shownDestination(destination) };
  const goOn = asTyped(`rainhooks destinations resume ${destination.id}${onStage(options)}`);
  const text = () => recoveredText(destination.id, recovered, goOn);
  return print(formatted(options, { value, header: [], rows: [], text }));
}

function printState(
  { destination, changed }: Activated,
  text: string,
  options: ResumeOptions,
): Promise<void> {
  const value = { destination: shownDestination(destination), changed };
  return print(formatted(options, { value, header: [], rows: [], text: () => text }));
}

/** Error code of dead letters whose attempts have ended without success. */
const GIVEN_UP = "sink-rejected";

/** Says how a destination of a stage without an archive gets what it missed. */
function deadLettersText({ state, pausedAtMs }: Destination, options: StageSelection): string {
  const since = pausedAtMs === undefined ? "" : ` since ${formatTime(pausedAtMs)} (UTC)`;
  const redrive = (code: string) =>
    ["attempts", "retries"].map((queue) =>
      asTyped(`  rainhooks dlq redrive ${queue} --only ${code}${onStage(options)}`),
    );
  return [
    `What it missed${since} is in dead-letter queues. To send that now:`,
    "",
    ...redrive(`destination-${state}`),
    "",
    "And what was given up after its last attempt:",
    "",
    ...redrive(GIVEN_UP),
  ].join("\n");
}
