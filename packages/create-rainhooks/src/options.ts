import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { publishedNames } from "@rainhooks/core/catalog";
import { messageOf } from "@rainhooks/core/errors";
import { isRegion } from "@rainhooks/core/region";
import { ChoiceMistake, type Choices, checkedChoices } from "./choices.mjs";

/** What was asked for. */
export interface CreateOptions {
  readonly folder: string;
  readonly webhook: Choices;
  readonly region: string;
  readonly withInfra: boolean;
  /**
   * Folder with packed packages of Rainhooks, which the project gets; `undefined` to install them from the
   * registry.
   */
  readonly packages: string | undefined;
}

/** Asks a question at the terminal. */
type Ask = (question: string, otherwise: string) => Promise<string>;

export const USAGE = `Usage: npm run new-project -- <folder> [--webhook <name>] [--events alert,node_connected]
         [--sink http|dynamodb|log|none] [--region <AWS region>] [--without-infra]`;

/** Names that npm refuses for a package, or for one that installs what a project does. */
const REFUSED = ["node_modules", "favicon.ico", "rainhooks", "typescript"];

/**
 * Reads the options, and asks for the missing ones.
 *
 * @param ask `undefined` where nobody can be asked.
 * @returns `undefined` if help was asked for.
 * @throws {ChoiceMistake} for a wrong option.
 */
export async function readOptions(
  args: readonly string[],
  ask: Ask | undefined,
): Promise<CreateOptions | undefined> {
  const { values, positionals } = parse(args);
  if (values.help === true) return undefined;
  const asks = positionals.length === 0 && ask !== undefined;
  const value = async (given: string | undefined, question: string, otherwise: string) =>
    given ?? (asks ? ask(question, otherwise) : otherwise);
  const folder = await value(positionals[0], "Folder of the project", "my-hooks");
  if (positionals.length > 1 || (positionals.length === 0 && !asks)) throw new ChoiceMistake(USAGE);
  const name = folder.split("/").at(-1) ?? "";
  if (!/^[a-z0-9][a-z0-9._-]{0,99}$/.test(name))
    throw new ChoiceMistake(
      `${folder} is not a name for a project: lower-case letters, digits, dots, dashes and underscores.`,
    );
  if (REFUSED.includes(name))
    throw new ChoiceMistake(`npm refuses ${name} as the name of a project. Choose another folder.`);
  const webhook = checkedChoices(
    {
      name: await value(values.webhook, "Name of your first webhook", "alerts"),
      events: await value(values.events, "Its events, separated by commas", "alert"),
      sink: await value(values.sink, "Where they go: http, dynamodb, log, none", "log"),
    },
    { events: publishedNames(), folderOf: () => undefined },
  );
  const region = await value(values.region, "AWS region of your RainMaker", "us-east-1");
  if (!isRegion(region)) throw new ChoiceMistake(`${region} is not an AWS region, such as eu-central-1.`);
  return { folder, webhook, region, withInfra: values["without-infra"] !== true, packages: values.packages };
}

function parse(args: readonly string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        packages: text,
        webhook: text,
        events: text,
        sink: text,
        region: text,
        "without-infra": flag,
        help: flag,
      },
    });
  } catch (error) {
    throw new ChoiceMistake(`${messageOf(error).split(". ")[0]}. ${USAGE}`);
  }
}

/** Returns a function that asks at the terminal; `undefined` if there is no terminal. */
export function terminalAsk(): { readonly ask: Ask; readonly close: () => void } | undefined {
  if (!process.stdin.isTTY) return undefined;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  return {
    ask: async (question, otherwise) =>
      (await terminal.question(`${question} [${otherwise}]: `)).trim() || otherwise,
    close: () => terminal.close(),
  };
}
