import type { Choices } from "./choices.d.mts";

export function readTemplates(
  folder: string,
  change: (text: string, path: string) => string,
): Readonly<Record<string, string>>;
export function filesOf(choices: Choices): Readonly<Record<string, string>>;
export function projectFilesOf(choices: Choices): Readonly<Record<string, string>>;
export function withWebhook(text: string, name: string, from: string): string | undefined;
