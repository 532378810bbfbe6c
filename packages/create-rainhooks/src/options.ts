import { publishedNames } from "@rainhooks/core/catalog";
import { isRegion } from "@rainhooks/core/region";
import { ChoiceMistake, type Choices, checkedChoices, parseArguments } from "./choices.mjs";

/** What was asked for. */
export interface CreateOptions {
  readonly folder: string;
  readonly webhook: Choices;
  readonly region: string;
  readonly withInfra: boolean;
  /**
   * Folder with packed packages of Rainhooks, which the project gets; `undefined` to install them
   * from the registry.
   */
  readonly packages: string | undefined;
}

export const USAGE = `Usage: npm run new-project -- <folder> [--webhook <name>] [--events alert,node_connected]
         [--sink http|dynamodb|log|none] [--region <AWS region>] [--without-infra]`;

/** Names that npm refuses for a package, or for one that installs what a project does. */
const REFUSED = ["node_modules", "favicon.ico", "rainhooks", "typescript"];

/**
 * Reads the options.
 *
 * @returns `undefined` if help was asked for.
 * @throws {ChoiceMistake} for a wrong option.
 */
export function readOptions(args: readonly string[]): CreateOptions | undefined {
  const { values, positionals } = parse(args);
  if (values.help === true) return undefined;
  const [folder, ...more] = positionals;
  if (folder === undefined || more.length > 0) throw new ChoiceMistake(USAGE);
  const name = folder.split("/").at(-1) ?? "";
  if (!/^[a-z0-9][a-z0-9._-]{0,99}$/.test(name))
    throw new ChoiceMistake(
      `${folder} is not a name for a project: lower-case letters, digits, dots, dashes and underscores.`,
    );
  if (REFUSED.includes(name))
    throw new ChoiceMistake(`npm refuses ${name} as the name of a project. Choose another folder.`);
  const { webhook = "alerts", events = "alert", sink = "log", region = "us-east-1" } = values;
  const known = { events: publishedNames(), folderOf: () => undefined };
  const choices = checkedChoices({ name: webhook, events, sink }, known);
  if (!isRegion(region))
    throw new ChoiceMistake(`${region} is not an AWS region, such as eu-central-1.`);
  const withInfra = values["without-infra"] !== true;
  return { folder, webhook: choices, region, withInfra, packages: values.packages };
}

function parse(args: readonly string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const names = { packages: text, webhook: text, events: text, sink: text, region: text };
  return parseArguments(
    { args: [...args], options: { ...names, "without-infra": flag, help: flag } },
    USAGE,
  );
}
