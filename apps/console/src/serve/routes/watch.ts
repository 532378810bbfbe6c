import { messageOf, RainhooksError } from "@rainhooks/core";
import type { StageSource } from "@rainhooks/stage";
import { readRule } from "@rainhooks/watch";
import { Hono } from "hono";
import * as v from "valibot";
import type { Commands } from "../commands.ts";
import { backTest } from "./back-test.ts";
import { commandActions } from "./command-actions.ts";
import { readBody } from "./read-body.ts";
import { ruleExamples } from "./rule-examples.ts";

/** More than the longest rule has: what is too long is said by the reader of rules. */
const MAX_RULE = 20_000;
const text = v.pipe(v.string(), v.maxLength(MAX_RULE));
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(100));
const rule = v.object({ text });
const ruleName = v.object({ name });
const alarm = v.object({ id: name });

/** Routes of alarms and their rules: what can be done about an alarm, and what a rule would find before it is added. */
export function watchRoutes(commands: Commands, source: StageSource): Hono {
  const app = new Hono();
  let last = new AbortController();
  app.get("/rules/examples", (context) => context.json(ruleExamples()));
  app.post("/rules/check", async (context) => {
    const { text } = await readBody(context, rule);
    return context.json({ problem: problemOf(text) });
  });
  app.post("/rules/test", async (context) => {
    const body = await readBody(context, v.object({ text, from: v.picklist(["1d", "7d"]) }));
    await source.look();
    // One at a time: each takes a processor and memory.
    last.abort(ANOTHER);
    last = new AbortController();
    const signal = AbortSignal.any([context.req.raw.signal, last.signal]);
    return context.json(await backTest(commands, body.text, body.from, signal));
  });
  const act = commandActions(app, source, async (line) => ({ text: await commands.run(line) }));
  act("ack", alarm, ({ id }) => ({ words: ["alarms", "ack"], args: [id] }));
  act("shelve", v.object({ id: name, for: name }), ({ id, for: time }) => ({
    words: ["alarms", "shelve"],
    options: [`--for=${time}`],
    args: [id],
  }));
  act("rule-add", rule, ({ text: input }) => ({ words: ["watch", "add"], options: ["--file=-"], input }));
  for (const verb of ["pause", "resume", "rm"])
    act(`rule-${verb}`, ruleName, (body) => ({ words: ["watch", verb], args: [body.name] }));
  return app;
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
