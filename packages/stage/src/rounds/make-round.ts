import { randomUUID } from "node:crypto";
import { mapLimited } from "@rainhooks/core/collections";
import { DAY_MS, HOUR_MS } from "@rainhooks/core/durations";
import { toRainhooksError } from "@rainhooks/core/errors";
import type { TableAccess } from "@rainhooks/dynamodb/read-all";
import { roundsTable } from "@rainhooks/webhook/rounds-table";
import { countMessages } from "../operate/stage/count-messages.ts";
import { functionsOf, type StageOutputs } from "../outputs.ts";
import type { Round, RoundCheck, RoundClients, RoundFinding, Waiting } from "./round-check.ts";
import {
  endLease,
  isMeant,
  type OpenFinding,
  type RoundsItems,
  readRoundsItems,
  roundsWriter,
  takeLease,
} from "./rounds-items.ts";
import { type RoundMessage, tell } from "./tell.ts";

/** Queues that are asked at once. */
const AT_ONCE = 10;
const HOURLY = "hourly";

/** What a round needs. */
export interface RoundOptions {
  readonly outputs: StageOutputs;
  readonly clients: RoundClients;
  readonly checks: readonly RoundCheck[];
  readonly nowMs: number;
}

/** What came of a round. */
export interface RoundResult {
  /** How many messages were sent. */
  readonly told: number;
}

/**
 * Makes a round: looks at what the checks are for, tells what begins, what has lasted for another
 * day, and what ends. What is told is recorded afterwards: a crash in between tells it twice.
 *
 * @returns `undefined` if somebody else makes a round at this time.
 * @throws {AggregateError} of what could not be looked at or told, after all else is done; its
 * findings stay as they were.
 */
export async function makeRound(options: RoundOptions): Promise<RoundResult | undefined> {
  const { outputs, clients, nowMs } = options;
  const tableName = outputs.tables[roundsTable.name] ?? "";
  const table: TableAccess = { client: clients.dynamodb, tableName };
  const owner = randomUUID();
  if (!(await takeLease(table, owner, nowMs))) return undefined;
  try {
    return await look(options, table);
  } finally {
    await endLease(table, owner);
  }
}

async function look(
  { outputs, clients, checks, nowMs }: RoundOptions,
  table: TableAccess,
): Promise<RoundResult> {
  const items = await readRoundsItems(table);
  const notes = new Map(items.notes);
  const waiting = await readWaiting(outputs, clients);
  const round: Round = { outputs, clients, nowMs, waiting, handled: items.handled, notes };
  const writer = roundsWriter(table);
  const isHour = nowMs - Number(notes.get(HOURLY) ?? 0) >= HOUR_MS;
  if (isHour) notes.set(HOURLY, String(nowMs));
  const errors: Error[] = [];
  let told = 0;
  for (const check of checks.filter((one) => isHour || one.isHourly !== true)) {
    try {
      told += await makeCheck(check, round, items, writer);
    } catch (cause) {
      errors.push(new Error(`${check.name}: ${toRainhooksError(cause).message}`, { cause }));
    }
  }
  await tidy(items, { checks, notes, nowMs }, writer);
  if (errors.length > 0)
    throw new AggregateError(errors, errors.map(({ message }) => message).join("; "));
  return { told };
}

type Writer = ReturnType<typeof roundsWriter>;

/** Looks at one thing, tells what has changed, then records it; returns how much it has told. */
async function makeCheck(
  check: RoundCheck,
  round: Round,
  items: RoundsItems,
  writer: Writer,
): Promise<number> {
  const { messages, open, ended } = compareCheck(check, await check.find(round), items, round);
  const { outputs, clients } = round;
  for (const message of messages) await tell(message, outputs, clients);
  for (const finding of open) await writer.open(finding);
  for (const finding of ended) await writer.end(finding);
  return messages.length;
}

/** Records what the checks keep, and removes what nobody needs any more. */
async function tidy(
  items: RoundsItems,
  { checks, notes, nowMs }: Pick<RoundOptions, "checks" | "nowMs"> & Pick<Round, "notes">,
  writer: Writer,
): Promise<void> {
  for (const [name, text] of notes)
    if (items.notes.get(name) !== text) await writer.note(name, text);
  for (const silence of items.silences)
    if (silence.untilMs <= nowMs) await writer.endSilence(silence);
  const known = new Set(checks.map(({ name }) => name));
  for (const finding of items.open) if (!known.has(finding.check)) await writer.end(finding);
  await writer.made(nowMs);
}

/** Reads how much waits in all queues. */
async function readWaiting(
  outputs: StageOutputs,
  { sqs }: RoundClients,
): Promise<Map<string, Waiting>> {
  const queued = functionsOf(outputs, "topics", "queue");
  const counts = await mapLimited(queued, AT_ONCE, async ([name, of]) => {
    const messages = await countMessages(sqs, of.queueUrl);
    const deadLetters = await countMessages(sqs, of.deadLetterQueueUrl);
    return [name, { messages, deadLetters }] as const;
  });
  return new Map(counts);
}

/** What becomes of the findings of a check. */
interface Compared {
  readonly messages: readonly RoundMessage[];
  /** New findings, and those that have been told now. */
  readonly open: readonly OpenFinding[];
  readonly ended: readonly OpenFinding[];
}

/** Compares what a check has found with what was open. */
function compareCheck(
  check: RoundCheck,
  found: readonly RoundFinding[],
  { open: all, silences }: Pick<RoundsItems, "open" | "silences">,
  { nowMs, outputs }: Pick<Round, "nowMs" | "outputs">,
): Compared {
  const { name, level } = check;
  const before = all.filter((one) => one.check === name);
  const muted = (outputs.rounds?.mute ?? []).map((alarm) => ({ alarm, untilMs: Infinity }));
  const silent = [...muted, ...silences].filter(({ untilMs }) => untilMs > nowMs);
  const present = found.map(({ id, text, lastsMs = 0 }): Present => {
    const { sinceMs = nowMs, toldMs } = before.find((one) => one.id === id) ?? {};
    const alarm = check.alarmOf(id);
    const finding = { check: name, id, alarm, level, text, sinceMs, toldMs };
    const isDue = nowMs - sinceMs >= lastsMs;
    return { ...finding, isDue, isTellable: isDue && !silent.some((one) => isMeant(one, finding)) };
  });
  const alarms = new Set([...before, ...present].map(({ alarm }) => alarm));
  const compared = [...alarms].map((alarm) => {
    const isOf = (one: OpenFinding) => one.alarm === alarm;
    return compareAlarm(check, before.filter(isOf), present.filter(isOf), { alarm, nowMs });
  });
  return {
    messages: compared.flatMap((one) => one.messages),
    open: compared.flatMap((one) => one.open),
    ended: compared.flatMap((one) => one.ended),
  };
}

/** A finding of this round. */
interface Present extends OpenFinding {
  /** Whether it has lasted long enough to be told. */
  readonly isDue: boolean;
  /** Whether it is due, and nobody has silenced it. */
  readonly isTellable: boolean;
}

/** Compares the findings that turn one alarm on. */
function compareAlarm(
  check: RoundCheck,
  before: readonly OpenFinding[],
  present: readonly Present[],
  { alarm, nowMs }: { readonly alarm: string; readonly nowMs: number },
): Compared {
  const due = present.filter(({ isDue }) => isDue);
  const tellable = present.filter(({ isTellable }) => isTellable);
  const told = before.filter((one) => one.toldMs !== undefined);
  const lastMs = Math.max(...told.map(({ toldMs = 0 }) => toldMs));
  const isNew = check.level === "today" && tellable.some(({ toldMs }) => toldMs === undefined);
  const isTold = tellable.length > 0 && (told.length === 0 || isNew || nowMs - lastMs >= DAY_MS);
  const isOver = due.length === 0 && told.length > 0;
  const toldMs = isTold ? nowMs : told.length > 0 ? lastMs : undefined;
  const open = present.map(({ isDue: _, isTellable, ...one }) =>
    isTellable ? { ...one, toldMs } : one,
  );
  return {
    messages: [
      ...(isTold ? [{ ...messageOf(check, alarm, tellable), state: "ALARM" as const }] : []),
      ...(isOver
        ? [{ ...messageOf(check, alarm, told), state: "OK" as const, changedMs: nowMs }]
        : []),
    ],
    open: open.filter((one) => {
      const known = before.find(({ id }) => id === one.id);
      return known?.toldMs !== one.toldMs || known?.text !== one.text;
    }),
    ended: before.filter(({ id }) => present.every((one) => one.id !== id)),
  };
}

function messageOf(check: RoundCheck, alarm: string, findings: readonly OpenFinding[]) {
  const sinceMs = Math.min(...findings.map((one) => one.sinceMs));
  const since = new Date(sinceMs).toISOString();
  return {
    alarm,
    level: check.level,
    description: `${check.description} What to do: rainhooks docs ${alarm}`,
    reason: `${findings.map(({ text }) => text).join(" ")} Seen since ${since}.`,
    changedMs: sinceMs,
  };
}
