import { setTimeout as pause } from "node:timers/promises";
import { styleText } from "node:util";
import { formatCsv, printableJson, printableLine, printableLines } from "@rainhooks/terminal";

/** How an answer is printed. */
export interface FormatOptions {
  readonly json?: boolean | undefined;
  readonly csv?: boolean | undefined;
}

/** Values of a row of CSV. */
export type CsvRow = readonly (string | number | boolean | undefined)[];

type Style = "green" | "yellow" | "dim" | "red";

/** Colours a text for a person: only on a terminal, and only unless NO_COLOR is set. */
export function dress(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

/** Tells people what is no part of the answer. */
export function tell(text: string): void {
  console.error(printableLine(text));
}

/** Prints text with what devices say in it. Nothing in it can steer a terminal, also if it is piped there later. */
export function printData(text: string): Promise<void> {
  return print(printableLines(text));
}

/** Prints JSON with what devices say in it, in the same way: there such characters are escaped. */
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

/** An answer in every format in which it may be asked for. */
export interface Formats {
  readonly value: object;
  readonly header: readonly string[];
  readonly rows: readonly CsvRow[];
  /** For people, without the end of its last line; nothing at all when it is empty. */
  readonly text: () => string;
}

/** An answer in the format that was asked for. */
export function formatted({ json, csv }: FormatOptions, { value, header, rows, text }: Formats): string {
  if (json) return printableJson(`${JSON.stringify(value, undefined, 2)}\n`);
  if (csv) return formatCsv(header, rows);
  const shown = text();
  return shown === "" ? "" : `${shown}\n`;
}

/** Does something once, or with an interval again and again until it is interrupted. */
export async function watched(everyS: number | undefined, once: () => Promise<void>): Promise<void> {
  if (everyS === undefined) return once();
  for (;;) {
    if (process.stdout.isTTY) await print(CLEAR);
    await once();
    await pause(everyS * 1000);
  }
}
