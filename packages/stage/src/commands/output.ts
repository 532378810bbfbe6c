import { setTimeout as pause } from "node:timers/promises";
import { styleText } from "node:util";
import { asTyped } from "../terminal/as-typed.ts";
import { formatCsv } from "../terminal/csv.ts";
import { printableJson, printableLine, printableLines } from "../terminal/printable.ts";

/** Options for the output format. */
export interface FormatOptions {
  readonly json?: boolean | undefined;
  readonly csv?: boolean | undefined;
}

/** One row of CSV. */
export type CsvRow = readonly (string | number | boolean | undefined)[];

type Style = "green" | "yellow" | "dim" | "red";

/** Colours a text: only on a terminal, and only unless NO_COLOR is set. */
export function dress(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

/** Prints a message to standard error, so that it is not part of the output. */
export function printNote(text: string): void {
  console.error(printableLine(asTyped(text)));
}

/**
 * Prints text that contains data of devices. Control characters are removed, also in a pipe: it may
 * be shown in a terminal later.
 */
export function printData(text: string): Promise<void> {
  return print(printableLines(text));
}

/** Prints JSON that contains data of devices; control characters are escaped. */
export function printJson(text: string): Promise<void> {
  return print(printableJson(text));
}

/** Prints text that is safe to show, with its colours. Waits when the reader is slow. */
export function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}

const CLEAR = "\u001b[H\u001b[2J";

/** A result in every output format. */
export interface Formats {
  readonly value: object;
  readonly header: readonly string[];
  readonly rows: readonly CsvRow[];
  /** For people, without a final line break; an empty text is not printed. */
  readonly text: () => string;
}

/** Converts a result to the requested format. */
export function formatResult(
  { json, csv }: FormatOptions,
  { value, header, rows, text }: Formats,
): string {
  if (json) return printableJson(`${JSON.stringify(value, undefined, 2)}\n`);
  if (csv) return formatCsv(header, rows);
  const shown = text();
  return shown === "" ? "" : `${shown}\n`;
}

/** Runs something once, or at an interval until it is interrupted. */
export async function repeatRun(
  everyS: number | undefined,
  once: () => Promise<void>,
): Promise<void> {
  if (everyS === undefined) return once();
  for (;;) {
    if (process.stdout.isTTY) await print(CLEAR);
    await once();
    await pause(everyS * 1000);
  }
}
