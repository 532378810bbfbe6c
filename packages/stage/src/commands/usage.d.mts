/** Scripts about stages in AWS: the arguments that each takes, and what it does. */
export const STAGE_TASKS: Readonly<Record<string, readonly [args: string, what: string]>>;
export function asksForHelp(args: readonly string[]): boolean;
