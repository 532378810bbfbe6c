import type { StageAccess } from "@rainhooks/stage/reached";
import { egressLines } from "@rainhooks/stage/terminal/egress-lines";
import type { Line } from "@rainhooks/stage/terminal/lines";
import { formatTime } from "@rainhooks/stage/terminal/time";
import { attemptId } from "../attempts/attempt.ts";
import type { AttemptSummary } from "../attempts/read-attempts.ts";
import { readDestinationSecrets } from "../destinations/read-secrets.ts";
import { readAll } from "../destinations/store.ts";
import { conditionOf } from "../health/condition.ts";
import { forwardingOf, requireDestination } from "../operations/forwarding-of.ts";
import { lastAttempt } from "../operations/last-attempt.ts";
import { requireUrl } from "../operations/require-url.ts";
import { destinationLines, destinationView, failingText, pauseLines } from "./destination-view.ts";
import { authView } from "./shown-auth.ts";

/** A destination with its pauses and last attempts: for programs, and for people. */
export interface DestinationDetails {
  readonly value: object;
  readonly text: string;
}

/**
 * Reads a destination, its pauses and its last attempts.
 *
 * @param withSecret Whether its signing secrets are shown, too.
 * @throws {RainhooksError} `not-found` if there is no such destination.
 */
export async function showDestination(
  reached: StageAccess,
  id: string,
  withSecret: boolean,
): Promise<DestinationDetails> {
  const forwarding = forwardingOf(reached);
  const destination = await requireDestination(forwarding, id);
  if (withSecret) requireUrl(destination);
  const delivered = await lastAttempt(forwarding, id, "delivered");
  const failed = await lastAttempt(forwarding, id, "failed");
  const { signingSecrets } = withSecret
    ? await readDestinationSecrets(forwarding, destination)
    : { signingSecrets: [] };
  const signing = signingSecrets.filter(
    ({ validUntilMs = Number.POSITIVE_INFINITY }) => Date.now() < validUntilMs,
  );
  const auth = await authView(forwarding, destination);
  const all = await readAll(forwarding.table);
  const pauses = all.pauses.filter((pause) => pause.destination === id);
  const health = all.health.get(id);
  const isFailing = health !== undefined && conditionOf(destination, health) === "failing";
  const lines: Line[] = [
    ...pauseLines(pauses),
    ...(isFailing ? [["failing", failingText(health)] as const] : []),
    ...egressLines(reached.outputs),
    ["last delivered", attemptText(delivered)],
    ["last failed", attemptText(failed)],
    ...signing.map(({ secret, validUntilMs }): Line => ["secret", secretText(secret, validUntilMs)]),
  ];
  const value = {
    ...{ destination: destinationView(destination), health },
    auth: Object.keys(auth).length === 0 ? undefined : auth,
    pauses: pauses.length === 0 ? undefined : pauses,
    ...{ lastDelivered: withId(delivered), lastFailed: withId(failed) },
    ...(withSecret ? { signingSecrets: signing } : {}),
    egress: reached.outputs.egress,
  };
  return { value, text: destinationLines(destination, auth, lines) };
}

function withId(attempt: AttemptSummary | undefined) {
  return attempt && { id: attemptId(attempt), ...attempt };
}

function attemptText(attempt: AttemptSummary | undefined): string {
  if (attempt === undefined) return "never in 30 days";
  const { atMs, error } = attempt;
  return `${formatTime(atMs)} (UTC)${error === undefined ? "" : `: ${error}`}`;
}

function secretText(secret: string, validUntilMs: number | undefined): string {
  return validUntilMs === undefined ? secret : `${secret} (old, until ${formatTime(validUntilMs)} UTC)`;
}
