import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { MINUTE_MS } from "@rainhooks/core/durations";
import { scanAll, type TableAccess } from "@rainhooks/dynamodb/read-all";
import { HANDLED } from "@rainhooks/webhook/rounds-table";
import * as v from "valibot";
import type { Level } from "./round-check.ts";

/** Something that the rounds have found and that lasts. Times are epoch milliseconds. */
export interface OpenFinding {
  readonly check: string;
  readonly id: string;
  /** Name within the stage of the alarm that it turns on. */
  readonly alarm: string;
  readonly level: Level;
  readonly text: string;
  readonly sinceMs: number;
  /** When it was last told; absent if it was not. */
  readonly toldMs?: number | undefined;
}

/** A time in which an alarm of the rounds is told to nobody. */
export interface Silence {
  /** Name of the alarm, or of its check. */
  readonly alarm: string;
  /** Only what was found of this id. @defaultValue all that turns the alarm on */
  readonly id?: string | undefined;
  readonly untilMs: number;
}

/** All that is in the table of the rounds. */
export interface RoundsItems {
  readonly open: readonly OpenFinding[];
  readonly silences: readonly Silence[];
  readonly handled: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly notes: ReadonlyMap<string, string>;
  /** When the last round was made; absent before the first. */
  readonly madeMs?: number | undefined;
}

/** Whether a silence is about a finding. */
export function isMeant(
  silence: Pick<Silence, "alarm" | "id">,
  { check, alarm, id }: Pick<OpenFinding, "alarm" | "check" | "id">,
): boolean {
  return (silence.alarm === alarm || silence.alarm === check) && (silence.id ?? id) === id;
}

const MADE = "made";
const openItem = v.object({
  check: v.string(),
  finding: v.string(),
  alarm: v.string(),
  level: v.picklist(["now", "today"]),
  text: v.string(),
  sinceMs: v.number(),
  toldMs: v.optional(v.number()),
});
const silenceItem = v.object({
  alarm: v.string(),
  of: v.optional(v.string()),
  untilMs: v.number(),
});

/** Reads all that is in the table of the rounds: less than a hundred small items. */
export async function readRoundsItems(table: TableAccess): Promise<RoundsItems> {
  const items = (await scanAll(table, { ConsistentRead: true })).map((item) => unmarshall(item));
  const of = (kind: string) => items.filter((item) => item["kind"] === kind);
  const notes = new Map(of("note").map(({ id, text }) => [String(id), String(text)]));
  const madeMs = Number(notes.get(MADE) ?? Number.NaN);
  return {
    open: of("open").flatMap((item) => {
      const { success, output } = v.safeParse(openItem, item);
      return success ? [{ ...output, id: output.finding }] : [];
    }),
    silences: of("silence").flatMap((item) => {
      const { success, output } = v.safeParse(silenceItem, item);
      if (!success) return [];
      const { of: id, ...silence } = output;
      return [{ ...silence, ...(id === undefined ? {} : { id }) }];
    }),
    handled: new Map(of(HANDLED).map(({ kind: _, id, ...topics }) => [id, timesIn(topics)])),
    notes,
    ...(Number.isFinite(madeMs) ? { madeMs } : {}),
  };
}

function timesIn(topics: Readonly<Record<string, unknown>>): Map<string, number> {
  return new Map(
    Object.entries(topics).flatMap(([topic, atMs]) =>
      typeof atMs === "number" ? [[topic, atMs] as const] : [],
    ),
  );
}

/** What a round writes, an item at a time: each alone is right if a crash comes after it. */
export function roundsWriter({ client, tableName: TableName }: TableAccess) {
  const put = async (kind: string, id: string, fields: object) => {
    const Item = marshall({ kind, id, ...fields }, { removeUndefinedValues: true });
    await client.send(new PutItemCommand({ TableName, Item }));
  };
  const remove = async (kind: string, id: string) => {
    const Key = marshall({ kind, id });
    await client.send(new DeleteItemCommand({ TableName, Key }));
  };
  return {
    open: ({ id, ...finding }: OpenFinding) =>
      put("open", `${finding.check}/${id}`, { ...finding, finding: id }),
    end: ({ check, id }: OpenFinding) => remove("open", `${check}/${id}`),
    note: (name: string, text: string) => put("note", name, { text }),
    made: (nowMs: number) => put("note", MADE, { text: String(nowMs) }),
    silence: ({ alarm, id: of, untilMs }: Silence) =>
      put("silence", silenceId({ alarm, id: of }), { alarm, of, untilMs }),
    endSilence: (silence: SilenceOf) => remove("silence", silenceId(silence)),
  };
}

type SilenceOf = Pick<Silence, "alarm" | "id">;

function silenceId({ alarm, id }: SilenceOf): string {
  return id === undefined ? alarm : `${alarm}/${id}`;
}

/** Longer than a round can last, and shorter than the time between two. */
const LEASE_MS = 2 * MINUTE_MS;
const LEASE_KEY = { kind: "lease", id: "round" };

/**
 * Makes sure that only one function makes a round.
 *
 * @returns Whether nobody else does.
 */
export async function takeLease(
  { client, tableName: TableName }: TableAccess,
  owner: string,
  nowMs: number,
): Promise<boolean> {
  try {
    await client.send(
      new PutItemCommand({
        TableName,
        Item: marshall({ ...LEASE_KEY, owner, untilMs: nowMs + LEASE_MS }),
        ConditionExpression: "attribute_not_exists(kind) OR untilMs <= :now",
        ExpressionAttributeValues: marshall({ ":now": nowMs }),
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/** Ends a lease, if it is still the owner's. */
export async function endLease(
  { client, tableName: TableName }: TableAccess,
  owner: string,
): Promise<void> {
  try {
    await client.send(
      new DeleteItemCommand({
        TableName,
        Key: marshall(LEASE_KEY),
        ConditionExpression: "#owner = :owner",
        ExpressionAttributeNames: { "#owner": "owner" },
        ExpressionAttributeValues: marshall({ ":owner": owner }),
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}
