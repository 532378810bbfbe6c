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
): Promise<Choices>;
export function checkedChoices(
  choices: { readonly name: string; readonly events: string; readonly sink: string },
  known: Known,
): Choices;
export function identifierOf(name: string): string;
