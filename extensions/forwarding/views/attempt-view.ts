import { shortType } from "@rainhooks/core/catalog";
import { countText } from "@rainhooks/core/count-text";
import { dress } from "@rainhooks/stage/commands/output";
import type { ResultOf, View } from "@rainhooks/stage/query/question";
import {
  formatLines,
  formatTable,
  formatTime,
  type Line,
  type Paint,
} from "@rainhooks/stage/terminal/format-table";
import { printableLines, shortenText } from "@rainhooks/stage/terminal/printable";
import type { attemptQuestion, listAttemptsQuestion } from "../questions/attempts.ts";

const MAX_ERROR = 60;
const OUTCOME_COLUMN = 4;
const NAME_WIDTH = 12;
const HEADER_WIDTH = 20;
const HEADER = [
  "id",
  "atMs",
  "destination",
  "eventType",
  "nodeId",
  "attempt",
  "outcome",
  "status",
  "durationMs",
  "error",
  "nextAtMs",
] as const;

/** Colours a text by the outcome that it shows. */
function dressOutcome(text: string, outcome: string): string {
  return dress(outcome.startsWith("delivered") ? "green" : "red", text);
}

const paintOutcome =
  (of: number): Paint =>
  (padded, cell, column) =>
    column === of ? dressOutcome(padded, String(cell)) : padded;

type AttemptRow = ResultOf<typeof listAttemptsQuestion>["attempts"][number];

/** Shows what came of an attempt: `delivered 200`, or `failed` if there was no response. */
export function outcomeText({ outcome, status }: Pick<AttemptRow, "outcome" | "status">): string {
  return status === undefined ? outcome : `${outcome} ${status}`;
}

/** Shows attempts as a table. */
export const attemptsView: View<ResultOf<typeof listAttemptsQuestion>> = {
  header: HEADER,
  rows: ({ attempts }) => attempts.map((one) => HEADER.map((name) => one[name])),
  text: ({ attempts }) =>
    attempts.length === 0
      ? "No attempts in this time range."
      : formatTable(
          ["at (UTC)", "destination", "event", "#", "outcome", "ms", "error", "id"],
          attempts.map((one) => [
            formatTime(one.atMs),
            one.destination,
            eventText(one),
            one.attempt,
            outcomeText(one),
            one.durationMs,
            shortenText(one.error ?? "-", MAX_ERROR),
            one.id,
          ]),
          paintOutcome(OUTCOME_COLUMN),
        ),
};

/** Shows one attempt: a field per line, then headers, response and all attempts for its event. */
export const attemptView: View<ResultOf<typeof attemptQuestion>> = {
  header: HEADER,
  rows: (one) => [HEADER.map((name) => one[name])],
  text: (one) =>
    [
      formatLines(linesOf(one), NAME_WIDTH, (shown, name) =>
        name === "outcome" ? dressOutcome(shown, one.outcome) : shown,
      ),
      ...section("Headers", formatLines(Object.entries(one.headers), HEADER_WIDTH)),
      ...section("Response", printableLines(one.response ?? "").trimEnd()),
      ...section("Attempts for this event", attemptsText(one)),
    ].join("\n"),
};

function linesOf(one: ResultOf<typeof attemptQuestion>): (Line | false)[] {
  const { id, destination, webhookId, deliveryId, publishedMs, url, bodyBytes, durationMs } = one;
  return [
    ["attempt", id],
    ["destination", destination],
    ["event", eventText(one)],
    ["webhook-id", webhookId],
    ["delivery", `${deliveryId}, published ${formatTime(publishedMs)} (UTC)`],
    [
      "request",
      `${one.method} ${url} with ${countText(bodyBytes, "byte")} (attempts body shows them)`,
    ],
    ["at", `${formatTime(one.atMs)} (UTC), ${durationMs} ms`],
    ["outcome", outcomeText(one)],
    one.error !== undefined && ["error", one.error],
    one.nextAtMs !== undefined && ["next", `${formatTime(one.nextAtMs)} (UTC)`],
  ];
}

function section(title: string, text: string): string[] {
  return text === "" ? [] : ["", title, text];
}

function attemptsText({ all }: ResultOf<typeof attemptQuestion>): string {
  const rows = all.map((one) => [one.attempt, formatTime(one.atMs), outcomeText(one), one.id]);
  return formatTable(["#", "at (UTC)", "outcome", "id"], rows, paintOutcome(2));
}

function eventText({
  eventType,
  events,
  nodeId,
}: Pick<AttemptRow, "eventType" | "events" | "nodeId">): string {
  const event =
    events === undefined
      ? shortType(eventType)
      : `${countText(events, "event")} (${shortType(eventType)})`;
  return nodeId === undefined ? event : `${event} of ${nodeId}`;
}
