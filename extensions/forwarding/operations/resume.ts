import { countText } from "@rainhooks/core/count-text";
import { durationText } from "@rainhooks/core/duration-text";
import { SECOND_MS } from "@rainhooks/core/durations";
import { number } from "@rainhooks/stage/numbers";
import {
  deadLettersField,
  optionalRateField,
  rateField,
} from "@rainhooks/stage/operate/replay/fields";
import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import {
  REPLAY_SHARED,
  REPLAY_TIMES,
  REPLAY_VIEW,
  waitField,
} from "@rainhooks/stage/operations/replay/replay-operation";
import { flag, optionalText } from "@rainhooks/stage/query/params/kinds";
import { formatLines, formatTime, type Line } from "@rainhooks/stage/terminal/format-table";
import type { Destination } from "../destinations/destination.ts";
import { setState } from "../destinations/set-state.ts";
import { destinationView, missedLine, stateText } from "../views/destination-view.ts";
import { forwardingOf, requireActive } from "./forwarding-of.ts";
import type { ResumePlan } from "./resume-destination.ts";
import type { MissedResult } from "./send-missed.ts";
import { destinationField } from "./setting-params.ts";

/** Pauses a destination. One that is paused or disabled stays as it is. */
export const pause = defineOperation({
  name: "pause",
  summary: "Send nothing to a destination; what it misses can be sent later",
  request: {
    id: destinationField,
    reason: optionalText({ description: "Why, for people.", placeholder: "text", maxLength: 200 }),
  },
  permission: "operate",
  changes: "something",
  command: { words: "destinations pause", args: ["id"] },
  run: async (stage, { id, reason }, { caller }) => {
    const by = caller.door === "terminal" ? "with the command line" : `on the ${caller.door}`;
    const change = { state: "paused", reason: reason ?? `paused ${by}`, atMs: Date.now() } as const;
    const { table } = forwardingOf(stage);
    const { destination, changed } = await setState(table, id, change);
    return { destination: destinationView(destination), changed };
  },
  view: {
    result: ({ destination, changed }, { id }, { stage, onStage }) => {
      if (!changed) return `${id} is already ${stateText(destination)}.`;
      const kept =
        stage.outputs.archive === undefined
          ? "Its events go to the dead-letter queue of attempts."
          : "What it misses is in the archive, and is sent when it is resumed.";
      return `${id} is paused. ${kept} To resume it: rainhooks destinations resume ${id}${onStage}`;
    },
  },
  recorded: { result: ({ changed }) => ({ changed }) },
});

const HELP = `
Examples:
  rainhooks destinations resume crm --plan
  rainhooks destinations resume crm --rate 20 --yes

Live events are sent first, then what it missed, in no order. Interrupted, it goes on when it is run again.`;

interface Resumed {
  readonly kind: "active" | "no-archive" | "skipped" | "sent";
  readonly destination: Destination;
  /** Its state until now. */
  readonly before: Destination["state"];
  readonly changed: boolean;
  /** Present if what it missed was sent. */
  readonly recovered?: MissedResult;
}

/** Lets a destination be active again, and sends it what it missed. */
export const resume = defineOperation({
  name: "resume",
  summary: "Send to a destination again that was paused or disabled, and send it what it missed",
  request: {
    id: destinationField,
    skipMissed: flag({ description: "Do not send what it missed." }),
    rate: optionalRateField(
      "Maximum missed deliveries per second (default: half of its rate, or 50).",
    ),
    maxDeadLetters: deadLettersField("New dead letters of forward after which it ends."),
  },
  permission: "operate",
  changes: "much",
  command: { words: "destinations resume", args: ["id"], help: HELP },
  title: ({ id, skipMissed }) => `Resume ${id}${skipMissed ? " without what it missed" : ""}`,
  plan: async (stage, { id, skipMissed, ...request }, options) => {
    const { planResume, readResumeState } = await import("./resume-destination.ts");
    const state = await readResumeState(stage, id);
    const isPlanned = !skipMissed && (state.kind === "missed" || state.kind === "nothing-missed");
    return {
      state,
      plan: isPlanned ? await planResume(stage, state, request, options) : undefined,
    };
  },
  run: async (stage, { id, skipMissed, ...request }, options): Promise<Resumed> => {
    const { activate, readResumeState, sendMissedOf } = await import("./resume-destination.ts");
    const { destination, kind } = await readResumeState(stage, id);
    const before = destination.state;
    if (kind === "active") return { kind, destination, before, changed: false };
    const isSent = kind !== "no-archive" && !skipMissed;
    const activated = await activate(stage, id, isSent);
    if (!isSent) return { kind: kind === "no-archive" ? kind : "skipped", before, ...activated };
    const recovered = await sendMissedOf(stage, activated.destination, request, options);
    return { kind: "sent", before, ...activated, recovered };
  },
  view: {
    plan: ({ state: { destination, kind }, plan }, { skipMissed }, { onStage }) => {
      if (plan !== undefined) return resumePlanText(destination, plan);
      if (kind === "active") return `${destination.id} is active already.`;
      return skipMissed && kind !== "no-archive"
        ? `${destination.id} would be active. What it missed would not be sent.`
        : deadLettersText(destination.state, onStage);
    },
    question: ({ state: { destination, kind }, plan }) =>
      kind !== "missed" || plan === undefined
        ? undefined
        : `Resume ${destination.id}, and send it up to ${countText(plan.matched, "delivery", "deliveries")} that it missed?`,
    planJson: ({ state: { destination }, plan }, { id }, { caller }) => {
      const planned = plan === undefined ? { changed: false } : { plan };
      // The settings of a destination are no business of an assistant.
      if (caller.door === "assistant")
        return { destination: id, state: destination.state, ...planned };
      return { destination: destinationView(destination), ...planned };
    },
    result: ({ kind, before, recovered }, { id }, { onStage }) => {
      if (kind === "active") return `${id} is active already.`;
      if (kind === "no-archive") return `${id} is active.\n\n${deadLettersText(before, onStage)}`;
      if (recovered === undefined)
        return `${id} is active. What it missed is not sent; the archive has it: rainhooks destinations recover ${id} --from <time>${onStage}`;
      const goOn = `rainhooks destinations resume ${id}${onStage}`;
      return `${id} is active.\n${recoveredText(id, recovered, goOn)}`;
    },
    json: ({ destination, changed, recovered }) => ({
      ...(recovered === undefined
        ? { changed }
        : { recovered: recovered.kind, ...sentOf(recovered) }),
      destination: destinationView(destination),
    }),
    failed: ({ recovered }) => recovered !== undefined && recovered.kind !== "done",
  },
  recorded: {
    plan: ({ plan }) => (plan === undefined ? {} : { matched: plan.matched }),
    result: ({ kind, recovered }) => ({
      kind,
      ...(recovered === undefined ? {} : sentOf(recovered)),
    }),
  },
});

function sentOf(recovered: MissedResult): { readonly sent?: number } {
  return recovered.kind === "done" ? { sent: recovered.sent } : {};
}

/** Shows what resuming a destination would send. */
export function resumePlanText(
  destination: Destination,
  { missed, matched, byType, isIncomplete, goneBeforeMs, rate, seconds }: ResumePlan,
): string {
  const types = Object.entries(byType).sort(([, a], [, b]) => b - a);
  const counts = types.map(([type, count]) => `${type} ${number(count)}`).join(", ");
  const lines: (Line | false)[] = [
    ["destination", `${destination.id}, ${stateText(destination)}`],
    ...missed.map((range): Line => ["missed", missedLine(range)]),
    [
      "to send",
      `up to ${countText(matched, "delivery", "deliveries")}${counts === "" ? "" : ` (${counts})`}, without those that the log shows as delivered`,
    ],
    isIncomplete && ["not counted", "what is not archived yet; it is sent, too"],
    destination.state !== "active" && ["also", "what it misses until it is active"],
    goneBeforeMs !== undefined && [
      "gone",
      `what was published before ${formatTime(goneBeforeMs)} UTC: the archive has deleted it`,
    ],
    ["time", `${durationText(seconds * SECOND_MS)} at ${number(rate)} per second`],
    ["order", "live events first, then what was missed; no order is promised"],
  ];
  return formatLines(lines, 15);
}

/** Says how a recovery has ended, and with which command it goes on. */
function recoveredText(id: string, recovered: MissedResult, goOn: string): string {
  switch (recovered.kind) {
    case "done":
      return recovered.pauses === 0 || recovered.sent === 0
        ? `${id} has missed nothing.`
        : `Sent ${countText(recovered.sent, "delivery", "deliveries")} to forward for ${id}: what it wants of that, and has not got yet, is on its way.`;
    case "stopped":
      return `${id} is ${stateText(recovered.destination)}. What was not sent is in the archive. To go on: ${goOn}`;
    case "removed":
      return `${id} was removed, so nothing more is sent.`;
    case "interrupted":
      return `Interrupted: ${id} is active, and has not got all that it missed. To go on: ${goOn}`;
    case "failed":
      return `The replay ${recovered.job.id} ${recovered.job.state === "failed" ? `has failed: ${recovered.job.reason}` : "was cancelled."} To go on: ${goOn}`;
  }
}

/** Says how a destination of a stage without an archive gets what it missed. */
function deadLettersText(before: Destination["state"], onStage: string): string {
  const codes = [
    before === "disabled" ? "destination-disabled" : "destination-paused",
    "sink-rejected",
  ];
  const commands = codes.flatMap((code) =>
    ["attempts", "retries"].map(
      (queue) => `  rainhooks dlq redrive ${queue} --only ${code}${onStage}`,
    ),
  );
  const about =
    "What it missed, and what was given up, is in dead-letter queues. To send that now:";
  return [about, "", ...commands].join("\n");
}

/** Sends a destination the events of a time range that failed permanently or were dropped. */
export const recover = defineOperation({
  ...REPLAY_SHARED,
  name: "recover",
  summary: "Send what a destination wants of a time and has not got, such as what failed for good",
  request: {
    id: destinationField,
    ...REPLAY_TIMES,
    rate: rateField(50),
    maxDeadLetters: deadLettersField("New dead letters of forward after which it fails."),
    wait: waitField,
  },
  command: { words: "destinations recover", args: ["id"] },
  title: ({ id }) => `Recover ${id}`,
  plan: async (stage, { id, from: fromMs, to: toMs, ...rest }, context) => {
    const { requestFor } = await import("./send-missed.ts");
    const { planReplay } = await import("@rainhooks/stage/operate/replay/plan-replay");
    const destination = await requireActive(forwardingOf(stage), id);
    const range = { fromMs, toMs: Number.POSITIVE_INFINITY };
    return planReplay(
      stage,
      { ...rest, ...requestFor(destination, range, rest), fromMs, toMs },
      context,
    );
  },
  view: {
    ...REPLAY_VIEW,
    planNotes: ({ plan }, { id }) => [
      `Only what the log of attempts does not show as delivered to ${id} is sent.`,
      ...plan.problems,
    ],
  },
});
