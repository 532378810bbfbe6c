import { formatted, print } from "@rainhooks/stage/commands/output";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import { egressLines } from "@rainhooks/stage/terminal/egress-lines";
import type { Line } from "@rainhooks/stage/terminal/lines";
import { formatTime } from "@rainhooks/stage/terminal/time";
import { attemptId } from "../../attempts/attempt.ts";
import type { AttemptSummary } from "../../attempts/read-attempts.ts";
import type { Destination } from "../../destinations/destination.ts";
import { readDestinationSecrets } from "../../destinations/read-secrets.ts";
import { readAll } from "../../destinations/store.ts";
import { conditionOf } from "../../health/condition.ts";
import { type Forwarding, forwardingOf, requireDestination } from "../../operations/forwarding-of.ts";
import { lastAttempt } from "../../operations/last-attempt.ts";
import type { DestinationSecrets } from "../../secrets/secrets.ts";
import { destinationLines, failingText, pauseLines, shownDestination } from "../../views/destination-view.ts";
import { shownAuth } from "../../views/shown-auth.ts";
import { requireUrl } from "./target.ts";

/** Options of `destinations show`. */
export interface ShowOptions extends StageSelection {
  /** Show the signing secrets, too. */
  readonly secret?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** Prints a destination, and its last attempts. */
export async function showCommand(id: string, options: ShowOptions): Promise<void> {
  const reached = await reachStage(options);
  const forwarding = forwardingOf(reached);
  const destination = await requireDestination(forwarding, id);
  const [delivered, failed] = [
    await lastAttempt(forwarding, id, "delivered"),
    await lastAttempt(forwarding, id, "failed"),
  ];
  const signing = options.secret ? await validNow(forwarding, destination) : [];
  const auth = await shownAuth(forwarding, destination);
  const all = await readAll(forwarding.table);
  const pauses = all.pauses.filter((pause) => pause.destination === id);
  const own = all.health.get(id);
  const value = {
    destination: shownDestination(destination),
    ...(own === undefined ? {} : { health: own }),
    ...(Object.keys(auth).length === 0 ? {} : { auth }),
    ...(pauses.length === 0 ? {} : { pauses }),
    ...(delivered === undefined ? {} : { lastDelivered: withId(delivered) }),
    ...(failed === undefined ? {} : { lastFailed: withId(failed) }),
    ...(options.secret ? { signingSecrets: signing } : {}),
    ...(reached.outputs.egress === undefined ? {} : { egress: reached.outputs.egress }),
  };
  const lines: Line[] = [
    ...pauseLines(pauses),
    ...(own !== undefined && conditionOf(destination, own) === "failing"
      ? [["failing", failingText(own)] as const]
      : []),
    ...egressLines(reached.outputs),
    ["last delivered", attemptText(delivered)],
    ["last failed", attemptText(failed)],
    ...signing.map(({ secret, validUntilMs }): Line => ["secret", secretText(secret, validUntilMs)]),
  ];
  await print(
    formatted(options, {
      value,
      header: [],
      rows: [],
      text: () => destinationLines(destination, auth, lines),
    }),
  );
}

async function validNow(
  forwarding: Forwarding,
  destination: Destination,
): Promise<DestinationSecrets["signingSecrets"]> {
  requireUrl(destination);
  const { signingSecrets } = await readDestinationSecrets(forwarding, destination);
  return signingSecrets.filter(({ validUntilMs = Number.POSITIVE_INFINITY }) => Date.now() < validUntilMs);
}

function withId(attempt: AttemptSummary) {
  return { id: attemptId(attempt), ...attempt };
}

function attemptText(attempt: AttemptSummary | undefined): string {
  if (attempt === undefined) return "never in 30 days";
  const { atMs, error } = attempt;
  return `${formatTime(atMs)} (UTC)${error === undefined ? "" : `: ${error}`}`;
}

function secretText(secret: string, validUntilMs: number | undefined): string {
  return validUntilMs === undefined ? secret : `${secret} (old, until ${formatTime(validUntilMs)} UTC)`;
}
