import { hourOf } from "@rainhooks/archive/hour";
import { countText } from "@rainhooks/core/counted";
import { decode } from "@rainhooks/core/decode/decode";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { DAY_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import { printData, printNote } from "@rainhooks/stage/commands/output";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import { describeDelivery } from "@rainhooks/stage/describe-delivery";
import type { Functions } from "@rainhooks/stage/functions";
import { stageArchive } from "@rainhooks/stage/operate/stage/archive";
import { findDelivery, type TracedDelivery } from "@rainhooks/stage/operate/trace/find-delivery";
import { webhookVerdicts } from "@rainhooks/stage/operate/trace/verdicts";
import type { StageAccess } from "@rainhooks/stage/reached";
import { type DeadLetterMessage, NO_REASON } from "@rainhooks/stage/read-dead-letters";
import { erasedOf } from "@rainhooks/stage/tables/erased";
import { formatLines, type Line } from "@rainhooks/stage/terminal/lines";
import { formatTime } from "@rainhooks/stage/terminal/time";
import { triggeredBy } from "@rainhooks/webhook/define-function";
import { lettersOfDelivery } from "../../dead-letters/of-delivery.ts";
import { writtenBy } from "./written.ts";

/** Options of `trace`. */
export interface TraceOptions extends StageSelection {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

const MIN_ID = 6;
const LABEL_WIDTH = 15;

/**
 * Shows what became of a delivery: where it is archived, what each webhook decided, and what it has written.
 */
export async function traceCommand(id: string, options: TraceOptions, functions: Functions): Promise<void> {
  if (id.length < MIN_ID)
    throw new RainhooksError("input-invalid", `Give at least the first ${MIN_ID} characters of the id.`);
  const { to: toMs = Date.now(), from: fromMs = toMs - DAY_MS } = options;
  if (toMs <= fromMs) throw new RainhooksError("input-invalid", "--from must be before --to.");
  const reached = await reachStage(options);
  const hours = { first: hourOf(fromMs), last: hourOf(toMs - 1), late: [] };
  const { found, read } = await findDelivery(stageArchive(reached), hours, id);
  const letters = await lettersOf(reached, found?.delivery.id ?? id);
  if (found === undefined) {
    const where = `among ${countText(read, "delivery", "deliveries")} that arrived from ${formatTime(fromMs)} to ${formatTime(toMs)} UTC`;
    if (letters.length > 0) await printData(`${formatLines(letters, LABEL_WIDTH)}\n`);
    throw new RainhooksError(
      "not-found",
      `There is no archived delivery ${id} ${where}. Search further back with --from; what came in the last minutes may not be archived yet.${await erasedText(reached, hours)}`,
    );
  }
  const lines = [
    ...deliveryLines(found),
    ...(await webhookLines(reached, found.delivery, functions)),
    ...letters,
  ];
  await printData(`${formatLines(lines, LABEL_WIDTH)}\n`);
  printNote("Rows and points can also come from other deliveries.");
}

async function erasedText(
  reached: StageAccess,
  { first, last }: { readonly first: string; readonly last: string },
): Promise<string> {
  let erased = 0;
  for (const [hour, topics] of await erasedOf(reached))
    if (hour >= first && hour <= last) for (const count of topics.values()) erased += count;
  if (erased === 0) return "";
  return ` ${countText(erased, "delivery", "deliveries")} of then were erased with the data of a node: it may be one of them.`;
}

function deliveryLines({ delivery, key, line }: TracedDelivery): Line[] {
  const { problem, type, nodes } = describeDelivery(delivery);
  return [
    ["delivery", delivery.id],
    ["archived in", `${key}, line ${line}`],
    ["published", `${formatTime(delivery.sentAtMs)} UTC on ${delivery.topic ?? "an unknown topic"}`],
    ["decoded", problem ?? `${type}, node ${nodes}, ${timeText(delivery)}`],
  ];
}

function timeText(delivery: Delivery): string {
  const decoded = decode(delivery);
  if (decoded.kind === "undecodable") return "";
  const { atMs, atSource } = decoded.event;
  return `${formatTime(atMs)} UTC${atSource === "event" ? "" : " (when it was published: it has no time of its own)"}`;
}

async function webhookLines(reached: StageAccess, delivery: Delivery, functions: Functions): Promise<Line[]> {
  const lines: Line[] = [];
  for (const { webhook, verdict, text } of await webhookVerdicts(
    reached,
    delivery,
    triggeredBy(functions, "topics"),
  )) {
    lines.push([webhook, text]);
    if (verdict?.kind === "handled" && verdict.event !== undefined) {
      const written = await writtenBy(reached, webhook, verdict.event);
      lines.push(...written.map((one): Line => ["", one]));
    }
  }
  return lines;
}

async function lettersOf(reached: StageAccess, id: string): Promise<Line[]> {
  const found = await lettersOfDelivery(reached, id);
  return found.flatMap(({ webhook, letters }) => {
    const byReason = Map.groupBy(letters, ({ errorCode, reason }) => JSON.stringify([errorCode, reason]));
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
