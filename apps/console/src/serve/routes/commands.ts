import { isDestinationId } from "@rainhooks/forwarding";
import type { StageSource } from "@rainhooks/stage";
import { type Context, Hono } from "hono";
import * as v from "valibot";
import type { CommandLine, Commands } from "../commands.ts";
import { commandActions } from "./command-actions.ts";
import { read } from "./read-body.ts";

const MAX_TEXT = 300;
const text = v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_TEXT));
const destination = v.object({
  id: v.pipe(
    v.string(),
    v.check((id) => isDestinationId(id)),
  ),
});
const attempt = v.object({ id: text });
const job = v.object({ id: text });
const replay = v.object({
  webhook: text,
  from: text,
  to: v.optional(text),
  event: v.optional(text),
  node: v.optional(text),
});

/**
 * Routes of what takes the terminal's commands: their plans, and running them after a person has seen the plan. The commands check what they
 * are given.
 */
export function commandRoutes(commands: Commands, source: StageSource): Hono {
  const app = new Hono();
  const plan = async (context: Context, line: CommandLine) =>
    context.json({ text: await commands.run(line) });
  app.get("/plans/resume", (context) => {
    const { id } = read(context.req.query(), destination);
    return plan(context, { words: ["destinations", "resume"], options: ["--plan"], args: [id] });
  });
  app.get("/plans/replay", (context) => {
    const options = optionsOf(read(context.req.query(), replay));
    return plan(context, { words: ["replay", "plan"], options });
  });
  const act = commandActions(app, source, async (line) => {
    await commands.start(line);
    return {};
  });
  act("resume", destination, ({ id }) => ({
    words: ["destinations", "resume"],
    options: ["--yes"],
    args: [id],
  }));
  act("resume-without", destination, ({ id }) => ({
    words: ["destinations", "resume"],
    options: ["--skip-missed", "--yes"],
    args: [id],
  }));
  act("go-on", job, ({ id }) => ({ words: ["replay", "resume"], args: [id] }));
  act("retry", attempt, ({ id }) => ({ words: ["attempts", "retry"], args: [id] }));
  act("cancel", job, ({ id }) => ({ words: ["replay", "cancel"], args: [id] }));
  act("replay", replay, (body) => ({ words: ["replay", "start"], options: ["--yes", ...optionsOf(body)] }));
  return app;
}

function optionsOf(values: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}=${value}`],
  );
}
