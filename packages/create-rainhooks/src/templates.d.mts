import type { Choices } from "./choices.mjs";

export function filesOf(choices: Choices): Readonly<Record<string, string>>;
export function projectFilesOf(choices: Choices): Readonly<Record<string, string>>;
