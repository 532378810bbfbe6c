import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { textThat } from "@rainhooks/core/fields";
import type { ConsoleParts } from "@rainhooks/stage/extension";
import { queryStage } from "@rainhooks/stage/query/asked-stage";
import { required, requiredChoice } from "@rainhooks/stage/query/params/kinds";
import type { StageAccess } from "@rainhooks/stage/reached";
import type { SearchHit } from "@rainhooks/stage/routes/answers";
import { readBody } from "@rainhooks/stage/routes/read-body";
import { Hono } from "hono";
import { findAlarm } from "../alarms/alarm-store.ts";
import { readRule } from "../rule/read-rule.ts";
import { alarmsTable } from "../watch-tables.ts";
import { BACK_TEST_RANGES, backTest } from "./back-test.ts";
import { ruleKinds } from "./rule-kinds.ts";

/** More than the longest rule has: what is too long is said by the reader of rules. */
const MAX_RULE = 20_000;
const RULE = {
  text: required(
    textThat("the JSON of a rule", (text) => text.length <= MAX_RULE),
    { description: "Its JSON." },
  ),
};
const BACK_TEST = {
  ...RULE,
  from: requiredChoice({ description: "How long back.", placeholder: "range" }, BACK_TEST_RANGES),
};

/**
 * Routes of alarms and their rules: what can be done about an alarm, and what a rule would find before it is
 * added.
 */
export function routesOf({ source }: Pick<ConsoleParts, "source">): Hono {
  const app = new Hono();
  let last = new AbortController();
  app.get("/rules/kinds", (context) => context.json(ruleKinds()));
  app.post("/rules/check", async (context) => {
    const { text } = await readBody(context, RULE);
    return context.json({ problem: problemOf(text) });
  });
  app.post("/rules/test", async (context) => {
    const body = await readBody(context, BACK_TEST);
    const reached = await source.look();
    // One at a time: each takes a processor and memory.
    last.abort(ANOTHER);
    last = new AbortController();
    const signal = AbortSignal.any([context.req.raw.signal, last.signal]);
    return context.json(await backTest(reached, body.text, body.from, signal));
  });
  return app;
}

/** Returns the alarm with an id. One read. */
export async function lookUp(reached: StageAccess, id: string): Promise<readonly SearchHit[]> {
  if (reached.outputs.tables[alarmsTable.name] === undefined) return [];
  const found = await findAlarm(queryStage(reached).stores.tableOf(alarmsTable.name), id);
  if (found === undefined) return [];
  return [{ kind: "alarm", title: found.rule, note: found.nodeId, page: "alarms", id }];
}

const ANOTHER = new RainhooksError(
  "input-invalid",
  "Another back-test was started, so this one was stopped.",
);

/** Returns what is wrong with a rule, as the terminal says it; `undefined` if nothing is. */
function problemOf(text: string): string | undefined {
  try {
    readRule(text);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
