import { countText } from "@rainhooks/core/count-text";
import { MINUTE_MS } from "@rainhooks/core/durations";
import { ROUND_MINUTES } from "@rainhooks/stage/rounds/round-check";
import { readRoundsItems } from "@rainhooks/stage/rounds/rounds-items";
import { roundsTable } from "@rainhooks/webhook/rounds-table";
import { type Check, notChecked, note, ok, wrong } from "../check.ts";

/** Rounds may be late by so many. */
const MAX_ROUNDS = 3;

/** Rounds are made, and what they have found. */
export const findings: Check = {
  name: "rounds",
  page: "runbook.md#rounds",
  needs: { rounds: ["dynamodb:Scan"] },
  run: async ({ stage: { outputs, clients, local } }) => {
    const tableName = outputs.tables[roundsTable.name];
    if (tableName === undefined) return [notChecked("only production stages make rounds")];
    const { madeMs, open } = await readRoundsItems({ client: clients.dynamodb, tableName });
    if (madeMs === undefined) return [notChecked("no round was made yet")];
    const minutes = Math.floor((Date.now() - madeMs) / MINUTE_MS);
    const made = `the last round was made ${countText(minutes, "minute")} ago`;
    const isLate = minutes > MAX_ROUNDS * ROUND_MINUTES;
    const found = open.map(({ alarm, level, text }) => {
      const toDo = `rainhooks docs ${alarm}`;
      return level === "now" ? wrong(`${alarm}: ${text}`, toDo) : note(`${alarm}: ${text}`, toDo);
    });
    if (isLate && local === undefined) return [wrong(made, "rainhooks docs rounds"), ...found];
    return found.length === 0 ? [ok(`${made}, and has found nothing`)] : found;
  },
};
