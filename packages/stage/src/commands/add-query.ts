import { type CommandUnknownOpts, Option, type OptionValues } from "@commander-js/extra-typings";
import type { Params } from "../query/params/param.ts";
import type { Question, View } from "../query/question.ts";
import { selectionIn } from "./local-stage.ts";
import { addFields, addFormatOptions, addStageOptions, addWatch } from "./options.ts";
import type { AskOptions } from "./run-query.ts";

/** Makes a command run a query and print the result. */
export function addQuery<Of extends Params, Result extends object>(
  command: CommandUnknownOpts,
  question: Question<Of, Result>,
  view: View<Result>,
  args: readonly string[] = [],
): void {
  addFields(command, question.params, args);
  addAskOptions(command, question.paged);
  command.action(async () => {
    const { askAndPrint } = await import("./run-query.ts");
    const options = command.opts();
    const given = Object.fromEntries(args.map((name, index) => [name, command.args[index]]));
    return askAndPrint(
      question,
      view,
      { ...textsOf(question.params, options), ...given },
      askOptionsOf(options),
    );
  });
}

/** Adds the options for paging and printing. */
export function addAskOptions(command: CommandUnknownOpts, paged: boolean): void {
  if (paged) {
    command
      .addOption(
        new Option("--page <token>", "token of the next page (`next` of the previous result)"),
      )
      .addOption(
        new Option("--all", "read all pages (with --json, one line per page)").conflicts([
          "page",
          "watch",
        ]),
      );
  }
  addStageOptions(addWatch(addFormatOptions(command)));
}

/**
 * Reads the options of {@link addAskOptions}; commander does not know their types because the other
 * options come from parameters.
 */
export function askOptionsOf(values: OptionValues): AskOptions {
  const { json, csv, all, watch, page } = values;
  return {
    ...selectionIn(values),
    page: typeof page === "string" ? page : undefined,
    json: json === true,
    csv: csv === true,
    all: all === true,
    watch: typeof watch === "number" ? watch : undefined,
  };
}

/** Returns the values of a query's parameters that were given as options, as strings. */
export function textsOf(
  params: Params,
  options: Readonly<Record<string, unknown>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.keys(params)
      .filter((name) => options[name] !== undefined)
      .map((name) => [name, String(options[name])]),
  );
}
