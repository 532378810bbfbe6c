import { hourOf } from "@rainhooks/archive/hour";
import { countText } from "@rainhooks/core/count-text";
import { decode } from "@rainhooks/core/decode/decode";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { DAY_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import { describeDelivery } from "@rainhooks/stage/describe-delivery";
import type { Functions } from "@rainhooks/stage/functions";
import { stageArchive } from "@rainhooks/stage/operate/stage/archive";
import {
  findDelivery,
  type TracedDelivery,
} from "@rainhooks/stage/operate/trace/archived-delivery";
import { webhookResults } from "@rainhooks/stage/operate/trace/webhook-results";
import { type DeadLetterMessage, NO_REASON } from "@rainhooks/stage/read-dead-letters";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import { erasedOf } from "@rainhooks/stage/tables/erasures";
import { formatTime, type Line } from "@rainhooks/stage/terminal/format-table";
import { triggeredBy } from "@rainhooks/webhook/define-function";
import { IN_TRACES } from "../../in-traces.ts";
import { deadLettersOfDelivery } from "../dead-letters/queues.ts";

/** What became of a delivery, in lines for people. */
export interface TracedLines {
  /** False if only dead letters have it. */
  readonly isArchived: boolean;
  readonly lines: readonly Line[];
}

/**
 * Finds out what became of a delivery: where it is archived, what each webhook decided, and what
 * extensions say of it.
 *
 * @throws {RainhooksError} `not-found` if neither the archive nor a dead-letter queue has it.
 */
export async function traceDelivery(
  access: StageAccess,
  id: string,
  range: { readonly fromMs: number | undefined; readonly toMs: number | undefined },
  functions: Functions,
): Promise<TracedLines> {
  const { toMs = Date.now(), fromMs = toMs - DAY_MS } = range;
  const hours = { first: hourOf(fromMs), last: hourOf(toMs - 1), late: [] };
  const { found, read } = await findDelivery(stageArchive(access), hours, id);
  const letters = await lettersOf(access, found?.delivery.id ?? id);
  if (found !== undefined) {
    const verdicts = await webhookResults(access, found.delivery, triggeredBy(functions, "topics"));
    const decided = verdicts.map(({ webhook, text }): Line => [webhook, text]);
    const more = await Promise.all(IN_TRACES.map((linesOf) => linesOf(access, found.delivery)));
    return {
      isArchived: true,
      lines: [...deliveryLines(found), ...decided, ...more.flat(), ...letters],
    };
  }
  const where = `among ${countText(read, "delivery", "deliveries")} that arrived from ${formatTime(fromMs)} to ${formatTime(toMs)} UTC`;
  const problem = `There is no archived delivery ${id} ${where}. Search further back with --from; what came in the last minutes may not be archived yet.${await erasedText(access, hours)}`;
  if (letters.length > 0)
    return { isArchived: false, lines: [["archived in", problem], ...letters] };
  throw new RainhooksError("not-found", problem);
}

async function erasedText(
  access: StageAccess,
  { first, last }: { readonly first: string; readonly last: string },
): Promise<string> {
  let erased = 0;
  for (const [hour, topics] of await erasedOf(access))
    if (hour >= first && hour <= last) for (const count of topics.values()) erased += count;
  if (erased === 0) return "";
  return ` ${countText(erased, "delivery", "deliveries")} of then were erased with the data of a node: it may be one of them.`;
}

function deliveryLines({ delivery, key, line }: TracedDelivery): Line[] {
  const { problem, type, nodes } = describeDelivery(delivery);
  return [
    ["delivery", delivery.id],
    ["archived in", `${key}, line ${line}`],
    [
      "published",
      `${formatTime(delivery.sentAtMs)} UTC on ${delivery.topic ?? "an unknown topic"}`,
    ],
    ["decoded", problem ?? `${type}, node ${nodes}, ${timeText(delivery)}`],
  ];
}

function timeText(delivery: Delivery): string {
  const decoded = decode(delivery);
  if (decoded.kind === "undecodable") return "";
  const { atMs, atSource } = decoded.event;
  return `${formatTime(atMs)} UTC${atSource === "event" ? "" : " (when it was published: it has no time of its own)"}`;
}

async function lettersOf(access: StageAccess, id: string): Promise<Line[]> {
  const found = await deadLettersOfDelivery(access, id);
  return found.flatMap(({ webhook, letters }) => {
    const byReason = Map.groupBy(letters, ({ errorCode, reason }) =>
      JSON.stringify([errorCode, reason]),
    );
    return [...byReason.values()].flatMap(([letter, ...copies]): Line[] =>
      letter === undefined
        ? []
        : [["dead letter", `of ${webhook}: ${letterText(letter)}${copiesText(copies.length)}`]],
    );
  });
}

/** What fails again, as in a replay, becomes a second letter. */
function copiesText(copies: number): string {
  return copies === 0 ? "" : `, and ${copies === 1 ? "one copy" : `${copies} copies`} of it`;
}

function letterText({ reason = NO_REASON, errorCode, sentAtMs }: DeadLetterMessage) {
  const since = sentAtMs === undefined ? "" : ` since ${formatTime(sentAtMs)} UTC`;
  return `${errorCode === undefined ? "" : `${errorCode}: `}${reason}${since}`;
}
