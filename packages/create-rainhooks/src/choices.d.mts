import type { ParseArgsConfig, parseArgs } from "node:util";

/** What a new webhook shall be. */
export interface Choices {
  readonly name: string;
  readonly events: readonly string[];
  readonly sink: string;
}

interface Known {
  readonly events: readonly string[];
  readonly folderOf: (name: string) => string | undefined;
}

export class ChoiceMistake extends Error {}
export function readChoices(
  args: readonly string[],
  known: Known & { readonly command: string },
): Choices;
export function parseArguments<C extends Omit<ParseArgsConfig, "allowPositionals">>(
  config: C,
  usage: string,
): ReturnType<typeof parseArgs<C & { allowPositionals: true }>>;
export function checkedChoices(
  choices: { readonly name: string; readonly events: string; readonly sink: string },
  known: Known,
): Choices;
export function identifierOf(name: string): string;
