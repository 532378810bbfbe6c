import type { StageSource } from "@rainhooks/stage";
import type { Hono } from "hono";
import type * as v from "valibot";
import type { CommandLine } from "../commands.ts";
import { namedAction } from "../guard.ts";
import { readBody } from "./read-body.ts";

/** Adds an action: its name, what it is given, and the command of the terminal that does it. */
export type AddAction = <Body>(
  name: string,
  schema: v.GenericSchema<unknown, Body>,
  lineOf: (body: Body) => CommandLine,
) => void;

/** Returns a function that adds actions which a command of the terminal does. */
export function commandActions(
  app: Hono,
  source: StageSource,
  run: (line: CommandLine) => Promise<object>,
): AddAction {
  return (name, schema, lineOf) => {
    app.post(`/actions/${name}`, namedAction(name), async (context) => {
      const line = lineOf(await readBody(context, schema));
      // A stage that has gone is reported as such.
      await source.look();
      return context.json(await run(line));
    });
  };
}
