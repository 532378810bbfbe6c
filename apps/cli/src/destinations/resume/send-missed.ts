import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { counted, SECOND_MS } from "@rainhooks/core";
import type { Destination } from "@rainhooks/forwarding";
import { FORWARD, type Recovered, recoverMissed, settleMs } from "@rainhooks/operate";
import type { ReachedStage } from "@rainhooks/stage";
import { asTyped } from "@rainhooks/terminal";
import { EXIT } from "../../exit.ts";
import { formatted, print, printNote } from "../../output.ts";
import { onStage } from "../../reach/on-stage.ts";
import { callerOf } from "../../replay/caller.ts";
import { ReplayProgress } from "../../replay/progress.ts";
import { hoursOf, reachedArchive, replayTable, targetOf } from "../../replay/target.ts";
import { archiveLookMs } from "../../replay/wait-until-archived.ts";
import { whatWaits } from "../../replay/what-waits.ts";
import { forwardingOf } from "../reach-destinations.ts";
import { shownDestination } from "../view.ts";
import type { ResumeOptions } from "./options.ts";

/** Maximum time that a function of forwarding runs. Locally, one that leaves events to the archive takes no longer than this. */
const MAX_TIMEOUT_MS = { aws: 60 * SECOND_MS, local: 5 * SECOND_MS };
/** Messages in the queue of retries above which nothing more is sent. */
const MAX_WAITING = 2000;
const RETRIES = "retries";

/** Sends an active destination what it missed, and prints how that ended. */
export async function sendMissed(
  reached: ReachedStage,
  destination: Destination,
  options: ResumeOptions & { readonly rate: number },
): Promise<void> {
  const { queueUrl, deadLetterQueueUrl, subscribed } = targetOf(reached, FORWARD);
  const retries = reached.outputs.workers[RETRIES]?.queueUrl;
  const ending = new AbortController();
  const stop = () => ending.abort();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
  const progress = new ReplayProgress();
  const recovered = await recoverMissed(destination.id, {
    destinations: forwardingOf(reached).table,
    table: replayTable(reached),
    archive: reachedArchive(reached),
    queue: { sqs: reached.clients.sqs, queueUrl },
    deadLetterQueueUrl,
    ...(retries === undefined ? {} : { further: { queueUrl: retries, maxWaiting: MAX_WAITING } }),
    subscribed,
    clock: { nowMs: Date.now, sleep: (ms) => pause(ms) },
    hoursOf: (range) => hoursOf(reached, range, Date.now()),
    whatWaits: (toMs) => whatWaits(reached, toMs, Date.now()),
    archiveLookMs: archiveLookMs(reached),
    settleMs: settleMs(reached.local === undefined ? MAX_TIMEOUT_MS.aws : MAX_TIMEOUT_MS.local),
    rate: options.rate,
    maxDeadLetters: options.maxDeadLetters,
    startedBy: await callerOf(reached),
    newRunner: randomUUID,
    signal: ending.signal,
    onStep: (text) => {
      if (options.json !== true) printNote(`Waiting until ${text}.`);
    },
    onProgress: (job, waiting) => progress.show(job, waiting),
  });
  progress.end();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, stop);
  const value = { ...shownRecovered(recovered), destination: shownDestination(destination) };
  const text = () => endText(destination.id, recovered, onStage(options));
  await print(formatted(options, { value, header: [], rows: [], text }));
  if (recovered.kind !== "done") process.exitCode = EXIT.failed;
}

function shownRecovered(recovered: Recovered) {
  return recovered.kind === "done"
    ? { recovered: recovered.kind, sent: recovered.sent }
    : { recovered: recovered.kind };
}

function endText(id: string, recovered: Recovered, stage: string): string {
  const goOn = asTyped(`To go on: rainhooks destinations resume ${id}${stage}`);
  switch (recovered.kind) {
    case "done":
      return recovered.pauses === 0 || recovered.sent === 0
        ? `${id} has missed nothing.`
        : `Sent ${counted(recovered.sent, "delivery", "deliveries")} to ${FORWARD} for ${id}: what it wants of that, and has not got yet, is on its way.`;
    case "stopped":
      return `${id} is ${recovered.destination.state} again${becauseOf(recovered.destination)}. What was not sent is in the archive. ${goOn}`;
    case "removed":
      return `${id} was removed, so nothing more is sent.`;
    case "interrupted":
      return `Interrupted: ${id} is active, and has not got all that it missed. ${goOn}`;
    case "failed":
      return `The replay ${recovered.job.id} ${recovered.job.state === "failed" ? `has failed: ${recovered.job.reason}` : "was cancelled."} ${goOn}`;
  }
}

function becauseOf({ stateReason }: Destination): string {
  return stateReason === undefined ? "" : ` (${stateReason})`;
}
