import { countText } from "@rainhooks/core/counted";
import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import { flag } from "@rainhooks/stage/query/params/kinds";
import { formatTime } from "@rainhooks/stage/terminal/time";
import { deadLettersField, optionalRateField } from "../../repair/replay/fields.ts";
import type { Destination } from "../destinations/destination.ts";
import { destinationField } from "./destination-field.ts";
import type { ResumePlan, ResumeState } from "./plan-resume.ts";
import type { MissedResult } from "./send-missed.ts";

const HELP = `
Examples:
  rainhooks destinations resume crm --plan
  rainhooks destinations resume crm --rate 20 --yes

Live events are sent first, then what it missed, in no order. Interrupted, it goes on when it is run again.`;

/** Lets a destination be active again, and sends it what it missed. */
export const resume = defineOperation({
  name: "resume",
  summary: "Send to a destination again that was paused or disabled, and send it what it missed",
  request: {
    id: destinationField,
    skipMissed: flag({ description: "Do not send what it missed." }),
    rate: optionalRateField("Maximum missed deliveries per second (default: half of its rate, or 50)."),
    maxDeadLetters: deadLettersField("New dead letters of forward after which it ends."),
  },
  permission: "operate",
  changes: "much",
  command: { words: "destinations resume", args: ["id"], help: HELP },
  title: ({ id, skipMissed }) => `Resume ${id}${skipMissed ? " without what it missed" : ""}`,
  plan: async (stage, { id, skipMissed, ...request }, options): Promise<ResumePlanned> => {
    const { planResume, readResumeState } = await import("./plan-resume.ts");
    const state = await readResumeState(stage, id);
    const isPlanned = !skipMissed && (state.kind === "missed" || state.kind === "nothing-missed");
    return { state, plan: isPlanned ? await planResume(stage, state, request, options) : undefined };
  },
  run: async (stage, { id, skipMissed, ...request }, options): Promise<Resumed> => {
    const { readResumeState } = await import("./plan-resume.ts");
    const { activateDestination, activateWithoutMissed, sendMissedOf } = await import(
      "./resume-destination.ts"
    );
    const { destination, kind } = await readResumeState(stage, id);
    if (kind === "active") return { kind, destination, changed: false };
    if (kind === "no-archive" || skipMissed)
      return { kind: kind === "no-archive" ? kind : "skipped", ...(await activateWithoutMissed(stage, id)) };
    const activated = await activateDestination(stage, id);
    const recovered = await sendMissedOf(stage, activated.destination, request, options);
    return { kind: "sent", ...activated, recovered };
  },
  view: {
    plan: async ({ state: { destination, kind }, plan }, { skipMissed }, { onStage }) => {
      if (plan !== undefined)
        return (await import("../views/resume-text.ts")).resumePlanText(destination, plan);
      if (kind === "active") return `${destination.id} is active already.`;
      return skipMissed && kind !== "no-archive"
        ? `${destination.id} would be active. What it missed would not be sent.`
        : deadLettersText(destination, onStage);
    },
    question: ({ state: { destination, kind }, plan }) =>
      kind !== "missed" || plan === undefined
        ? undefined
        : `Resume ${destination.id}, and send it up to ${countText(plan.matched, "delivery", "deliveries")} that it missed?`,
    planJson: async ({ state: { destination }, plan }, { id }, { caller }) => {
      const planned = plan === undefined ? { changed: false } : { plan };
      // The settings of a destination are no business of an assistant.
      if (caller.door === "assistant") return { destination: id, state: destination.state, ...planned };
      return { destination: await shown(destination), ...planned };
    },
    result: async ({ kind, destination, recovered }, { id }, { onStage }) => {
      if (kind === "active") return `${id} is active already.`;
      if (kind === "no-archive") return `${id} is active.\n\n${deadLettersText(destination, onStage)}`;
      if (recovered === undefined)
        return `${id} is active. What it missed is not sent; the archive has it: rainhooks destinations recover ${id} --from <time>${onStage}`;
      const { recoveredText } = await import("../views/resume-text.ts");
      const goOn = `rainhooks destinations resume ${id}${onStage}`;
      return `${id} is active.\n${recoveredText(id, recovered, goOn)}`;
    },
    json: async ({ destination, changed, recovered }) => ({
      ...(recovered === undefined ? {} : { recovered: recovered.kind, ...sentOf(recovered) }),
      destination: await shown(destination),
      ...(recovered === undefined ? { changed } : {}),
    }),
    failed: ({ recovered }) => recovered !== undefined && recovered.kind !== "done",
  },
  recorded: {
    plan: ({ plan }) => (plan === undefined ? {} : { matched: plan.matched }),
    result: ({ kind, recovered }) => ({ kind, ...(recovered === undefined ? {} : sentOf(recovered)) }),
  },
});

interface ResumePlanned {
  readonly state: ResumeState;
  /** Absent if nothing is to be sent. */
  readonly plan: ResumePlan | undefined;
}

interface Resumed {
  readonly kind: "active" | "no-archive" | "skipped" | "sent";
  readonly destination: Destination;
  readonly changed: boolean;
  /** Present if what it missed was sent. */
  readonly recovered?: MissedResult;
}

async function shown(destination: Destination): Promise<object> {
  const { destinationView } = await import("../views/destination-view.ts");
  return destinationView(destination);
}

function sentOf(recovered: MissedResult): { readonly sent?: number } {
  return recovered.kind === "done" ? { sent: recovered.sent } : {};
}

/** Error code of dead letters whose attempts have ended without success. */
const GIVEN_UP = "sink-rejected";

/** Says how a destination of a stage without an archive gets what it missed. */
function deadLettersText({ state, pausedAtMs }: Destination, onStage: string): string {
  const since = pausedAtMs === undefined ? "" : ` since ${formatTime(pausedAtMs)} (UTC)`;
  const redrive = (code: string) =>
    ["attempts", "retries"].map((queue) => `  rainhooks dlq redrive ${queue} --only ${code}${onStage}`);
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
