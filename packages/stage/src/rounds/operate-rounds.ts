import { countText } from "@rainhooks/core/count-text";
import { inputError, notFound } from "@rainhooks/core/errors";
import { roundsTable } from "@rainhooks/webhook/rounds-table";
import { defineOperation } from "../operations/define-operation.ts";
import type { Operation } from "../operations/operation.ts";
import { functionsOf } from "../outputs.ts";
import { durationUpTo, optionalText, requiredText } from "../query/params/kinds.ts";
import type { StageAccess } from "../stage-access.ts";
import { formatTable, formatTime } from "../terminal/format-table.ts";
import { oneLine } from "../terminal/printable.ts";
import type { RoundCheck } from "./round-check.ts";
import type { OpenFinding, RoundsItems } from "./rounds-items.ts";

/** What stands open, and what is silent. */
export interface ListedRounds extends Pick<RoundsItems, "madeMs" | "silences"> {
  readonly open: readonly (Omit<OpenFinding, "check"> & { readonly silentUntilMs?: number })[];
}

const MAX_NAME = 256;
/** What is to be silent for longer is muted in the stage's file. */
const MAX_SILENCE = "30d";
const MAX_SHOWN = 20;

const HEADER = ["alarm", "id", "level", "sinceMs", "toldMs", "text"] as const;

/** What the rounds have found, and what is silent. */
const list = defineOperation({
  name: "listRounds",
  summary: "List what the rounds have found on the stage, and which of their alarms are silent",
  request: {},
  permission: "read",
  changes: "nothing",
  command: { words: "rounds ls", isDefault: true },
  run: async (stage): Promise<ListedRounds> => {
    const { isMeant, readRoundsItems } = await import("./rounds-items.ts");
    const { open, silences, madeMs } = await readRoundsItems(roundsTableOf(stage));
    const found = open.toSorted((a, b) => a.sinceMs - b.sinceMs);
    return {
      madeMs,
      open: found.map(({ check, ...one }) => {
        const untilMs = silences.find((silence) => isMeant(silence, { check, ...one }))?.untilMs;
        return { ...one, ...(untilMs === undefined ? {} : { silentUntilMs: untilMs }) };
      }),
      silences,
    };
  },
  view: {
    header: HEADER,
    rows: ({ open }) => open.map((one) => HEADER.map((name) => one[name])),
    result: ({ madeMs, open, silences }) => {
      const about =
        madeMs === undefined
          ? "No round was made yet."
          : `The last round was at ${formatTime(madeMs)} UTC.`;
      const rows = open.map(({ alarm, id, sinceMs, toldMs, text }) => [
        alarm,
        id,
        formatTime(sinceMs),
        toldMs === undefined ? "not yet" : formatTime(toldMs),
        oneLine(text),
      ]);
      const silent = silences.map((one) => `${nameOf(one)} until ${formatTime(one.untilMs)} UTC`);
      return [
        ...(rows.length === 0
          ? []
          : [formatTable(["alarm", "id", "since (UTC)", "told (UTC)", "what"], rows), ""]),
        rows.length === 0 ? `${about} Nothing stands open.` : about,
        ...(silent.length === 0 ? [] : [`Silent: ${silent.join(", ")}.`]),
      ].join("\n");
    },
  },
});

const WHICH = {
  alarm: requiredText({
    description: "The name of an alarm of the rounds, such as nothing-in.",
    placeholder: "alarm",
    maxLength: MAX_NAME,
  }),
  id: optionalText({
    description: "Only what was found of this, such as the id of a destination.",
    placeholder: "id",
    maxLength: MAX_NAME,
  }),
};

/** Tells nobody for a while. */
const silence = (load: LoadChecks) =>
  defineOperation({
    name: "silenceRounds",
    summary: "Tell nobody of an alarm of the rounds for a time",
    request: {
      ...WHICH,
      for: durationUpTo(MAX_SILENCE, { description: "How long, such as 8h." }),
    },
    permission: "operate",
    changes: "something",
    command: {
      words: "rounds silence",
      args: ["alarm", "id"],
      help: `
Examples:
  rainhooks rounds silence nothing-in --for 8h
  rainhooks rounds silence destinations-paused crm --for 30d`,
    },
    run: async (stage, { alarm, id, for: lengthMs }) => {
      const table = roundsTableOf(stage);
      await requireAlarm(stage, alarm, load);
      const { roundsWriter } = await import("./rounds-items.ts");
      const untilMs = Date.now() + lengthMs;
      await roundsWriter(table).silence({ alarm, id, untilMs });
      return { alarm, id, untilMs };
    },
    view: {
      result: ({ untilMs, ...one }) => `${nameOf(one)} is silent until ${formatTime(untilMs)} UTC.`,
    },
  });

/** Ends a silence. */
const unsilence = defineOperation({
  name: "unsilenceRounds",
  summary: "End a silence: what lasts is told by the next round",
  request: WHICH,
  permission: "operate",
  changes: "something",
  command: { words: "rounds unsilence", args: ["alarm", "id"] },
  run: async (stage, which) => {
    const table = roundsTableOf(stage);
    const { readRoundsItems, roundsWriter } = await import("./rounds-items.ts");
    const { silences } = await readRoundsItems(table);
    if (!silences.some((one) => nameOf(one) === nameOf(which)))
      throw notFound(`${nameOf(which)} is not silent. See rainhooks rounds ls.`);
    await roundsWriter(table).endSilence(which);
    return { ...which };
  },
  view: { result: (one) => `${nameOf(one)} is not silent any more.` },
});

type LoadChecks = () => Promise<readonly RoundCheck[]>;

/** Returns the operations of the rounds. */
export function roundsOperations(load: LoadChecks): readonly Operation[] {
  return [list, silence(load), unsilence];
}

function nameOf({ alarm, id }: { readonly alarm: string; readonly id?: string | undefined }) {
  return id === undefined ? alarm : `${alarm} of ${id}`;
}

/** @throws {RainhooksError} `not-found` for a stage that makes no rounds. */
export function roundsTableOf({ outputs: { stage, tables, rounds }, clients }: StageAccess) {
  const tableName = tables[roundsTable.name];
  if (tableName !== undefined && rounds !== undefined)
    return { client: clients.dynamodb, tableName };
  throw notFound(`Stage ${stage} makes no rounds: only production stages do.`);
}

/** @throws {RainhooksError} `input-invalid` for an alarm that the rounds do not have. */
async function requireAlarm(
  { outputs }: StageAccess,
  alarm: string,
  load: LoadChecks,
): Promise<void> {
  const { roundNames } = await import("./checks.ts");
  const functions = functionsOf(outputs, "topics", "queue").map(([name]) => name);
  const names = roundNames(await load(), functions, outputs.rounds?.hourly ?? []);
  if (names.includes(alarm)) return;
  const more = names.length - MAX_SHOWN;
  const shown = `${names.slice(0, MAX_SHOWN).join(", ")}${more > 0 ? `, and ${countText(more, "other")}` : ""}`;
  throw inputError({ field: "alarm", problem: `must be an alarm of the rounds: ${shown}.` });
}
