import { shortType } from "@rainhooks/core/catalog";
import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import { flag } from "@rainhooks/stage/query/params/kinds";
import { egressLines, formatTime, type Line } from "@rainhooks/stage/terminal/format-table";
import type { AttemptSummary } from "../attempts/read-attempts.ts";
import { readDestinationSecrets } from "../destinations/read-secrets.ts";
import { readAll, requireDestination } from "../destinations/store.ts";
import { conditionOf } from "../health/health.ts";
import {
  destinationLines,
  destinationTable,
  destinationView,
  failingText,
  pauseLines,
} from "../views/destination-view.ts";
import { requireUrl } from "./destination-input.ts";
import { forwardingOf, lastAttempt } from "./forwarding-of.ts";
import { destinationField } from "./setting-params.ts";

/** Lists the destinations. */
export const list = defineOperation({
  name: "destinations",
  summary: "List the destinations",
  request: { check: flag({ description: "Exit with code 1 if one is not active." }) },
  permission: "terminal",
  changes: "nothing",
  command: { words: "destinations ls", isDefault: true },
  run: async (stage, { check }) => {
    const all = await readAll(forwardingOf(stage).table);
    return { all, isWrong: check && all.destinations.some(({ state }) => state !== "active") };
  },
  view: {
    header: ["id", "state", "url", "events", "format", "updatedAtMs", "stateReason", "description"],
    rows: ({ all }) =>
      all.destinations.map(
        ({ id, state, url, events, format, updatedAtMs, stateReason, description }) => {
          const names = events === "all" ? events : events.map(shortType).join(" ");
          return [id, state, url, names, format, updatedAtMs, stateReason, description];
        },
      ),
    json: ({ all: { destinations, health, pauses } }) => ({
      destinations: destinations.map((one) => ({
        ...destinationView(one),
        health: health.get(one.id),
      })),
      pauses,
    }),
    result: ({ all }) => destinationTable(all),
    failed: ({ isWrong }) => isWrong,
  },
});

/**
 * Shows a destination, and its last attempts. Its signing secret is not let out of the terminal.
 */
export const show = defineOperation({
  name: "destination-show",
  summary: "Show a destination, and when it was last sent to; what is secret is left out",
  request: { id: destinationField, secret: flag({ description: "Show the signing secret, too." }) },
  permission: "terminal",
  changes: "nothing",
  command: { words: "destinations show", args: ["id"] },
  run: async (stage, { id, secret }) => {
    const forwarding = forwardingOf(stage);
    const { table } = forwarding;
    const destination = await requireDestination(table, id);
    if (secret) requireUrl(destination);
    const signing = secret
      ? (await readDestinationSecrets(forwarding, destination)).signingSecrets
      : undefined;
    const { health, pauses } = await readAll(table);
    const own = pauses.filter((pause) => pause.destination === id);
    return {
      destination: destinationView(destination),
      health: health.get(id),
      pauses: own.length === 0 ? undefined : own,
      lastDelivered: await lastAttempt(forwarding, id, "delivered"),
      lastFailed: await lastAttempt(forwarding, id, "failed"),
      signingSecrets: signing?.filter(({ validUntilMs = Infinity }) => Date.now() < validUntilMs),
      egress: stage.outputs.egress,
    };
  },
  view: {
    result: (
      { destination, health, pauses, lastDelivered, lastFailed, signingSecrets },
      _,
      place,
    ) =>
      destinationLines(destination, [
        ...pauseLines(pauses ?? []),
        ...(health !== undefined && conditionOf(destination, health) === "failing"
          ? [["failing", failingText(health)] as const]
          : []),
        ...egressLines(place.stage.outputs),
        ["last delivered", attemptText(lastDelivered)],
        ["last failed", attemptText(lastFailed)],
        ...(signingSecrets ?? []).map(({ secret, validUntilMs }): Line => {
          const old =
            validUntilMs === undefined ? "" : ` (old, until ${formatTime(validUntilMs)} UTC)`;
          return ["secret", `${secret}${old}`];
        }),
      ]),
  },
});

function attemptText(attempt: AttemptSummary | undefined): string {
  if (attempt === undefined) return "never in 30 days";
  const { atMs, error } = attempt;
  return `${formatTime(atMs)} (UTC)${error === undefined ? "" : `: ${error}`}`;
}
