import { type Archive, type HourRange, listObjects } from "@rainhooks/archive/objects";
import { readObjectLines } from "@rainhooks/archive/read/object-lines";
import { unreadableError } from "@rainhooks/archive/read-object";
import { catalogEntryOfTopic, type EventType } from "@rainhooks/core/catalog";
import { collect } from "@rainhooks/core/collections";
import { countText } from "@rainhooks/core/count-text";
import { decode } from "@rainhooks/core/decode/decode";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { DAY_MS } from "@rainhooks/core/durations";
import { wrongInput } from "@rainhooks/core/errors";
import { nodesOf } from "@rainhooks/core/event";
import { eventOf } from "@rainhooks/core/event-of";
import { nodeOfOption } from "@rainhooks/stage/commands/find-node";
import {
  type FormatOptions,
  formatResult,
  printData,
  printJson,
  printNote,
} from "@rainhooks/stage/commands/output";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import { archiveOf } from "@rainhooks/stage/stage-access";
import { formatTable } from "@rainhooks/stage/terminal/format-table";
import { oneLine } from "@rainhooks/stage/terminal/printable";

/** Range of arrival times: `--from` and `--to`. */
interface TimeOptions {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** Converts a time range to hours of arrival. */
function hoursOf({ from, to }: TimeOptions): HourRange {
  if (from !== undefined && to !== undefined && to <= from) {
    throw wrongInput("--from must be before --to.");
  }
  return { fromMs: from, toMs: to };
}

/** Lists the objects of the archive. */
export async function lsCommand(
  options: StageSelection & FormatOptions & TimeOptions,
): Promise<void> {
  const hours = hoursOf(options);
  const access = await reachStage(options);
  const { bucket } = archiveOf(access);
  const objects = await collect(listObjects({ client: access.clients.s3, bucket }, hours));
  const rows = objects.map(({ hour, bytes, key }) => [hour ?? "-", bytes, key]);
  const text = () => (rows.length === 0 ? "" : formatTable(["hour (UTC)", "bytes", "key"], rows));
  await printData(
    formatResult(options, { value: objects, header: ["hour", "bytes", "key"], rows, text }),
  );
  const bytes = objects.reduce((sum, object) => sum + object.bytes, 0);
  printNote(`${countText(objects.length, "object")}, ${bytes} bytes, in ${bucket}`);
}

const NONE_IN_HOURS =
  "No matching deliveries in these hours. Choose other hours with --from and --to.";

/** Filters and time range of `archive cat`. */
interface CatOptions extends StageSelection, TimeOptions {
  readonly node?: string | undefined;
  readonly event?: string | undefined;
  /** Print only the published message, without what SNS added. */
  readonly body?: boolean | undefined;
}

/**
 * Prints deliveries of the archive, one per line: those of one object, or those that arrived in a
 * range of hours.
 */
export async function catCommand(key: string | undefined, options: CatOptions): Promise<void> {
  const type = options.event === undefined ? undefined : eventOf(options.event);
  if (key !== undefined && (options.from ?? options.to) !== undefined) {
    throw wrongInput(
      "--from and --to cannot be used with an object: it has the deliveries of one hour.",
    );
  }
  const { to, from = (to ?? Date.now()) - DAY_MS } = options;
  const hours = hoursOf({ from, to });
  const access = await reachStage(options);
  const archive = { client: access.clients.s3, bucket: archiveOf(access).bucket };
  const node = options.node === undefined ? undefined : await nodeOfOption(access, options.node);
  let found = 0;
  const wanted = (delivery: Delivery) => isOfType(delivery, type) && isOfNode(delivery, node);
  for await (const one of key === undefined ? listObjects(archive, hours) : [{ key }])
    found += await printObject(archive, one.key, wanted, options);
  if (found === 0)
    printNote(key === undefined ? NONE_IN_HOURS : `No matching deliveries in ${key}.`);
}

/** Prints the wanted deliveries of an object as they come, and returns their number. */
async function printObject(
  archive: Archive,
  key: string,
  wanted: (delivery: Delivery) => boolean,
  { body }: Pick<CatOptions, "body">,
): Promise<number> {
  let found = 0;
  for await (const { deliveries, unreadable } of readObjectLines(archive, key)) {
    const printed = deliveries.map(({ delivery }) => delivery).filter(wanted);
    found += printed.length;
    await printJson(
      printed.map((one) => `${body ? oneLine(one.body) : JSON.stringify(one)}\n`).join(""),
    );
    const [problem] = unreadable;
    if (problem !== undefined) throw unreadableError(archive, key, problem);
  }
  return found;
}

function isOfType(delivery: Delivery, type: EventType | undefined): boolean {
  if (type === undefined) return true;
  const { topic, attributes } = delivery;
  const expectedType = topic === undefined ? undefined : catalogEntryOfTopic(topic)?.type;
  return type === (expectedType ?? attributes["event_type"]);
}

function isOfNode(delivery: Delivery, nodeId: string | undefined): boolean {
  if (nodeId === undefined) return true;
  const decoded = decode(delivery);
  return decoded.kind === "event" && nodesOf(decoded.event).includes(nodeId);
}
