/** Scripts about stages in AWS: the arguments that each takes, and what it does. */
export const STAGE_TASKS: Readonly<Record<string, readonly [args: string, what: string]>>;
export function asksForHelp(args: readonly string[]): boolean;
export function usageOf(script: string): string | undefined;
export class UsageMistake extends TypeError {}
export interface Words {
  readonly values: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
  readonly positionals: readonly string[];
}
export function readArguments(script: string, args: readonly string[], start?: string): Words;
export function readWords(
  args: readonly string[],
  options: Readonly<
    Record<string, { readonly type: "string" | "boolean"; readonly multiple?: boolean }>
  >,
): Words;
