import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { parseLine } from "@rainhooks/archive/read/parse-line";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { formatCsv } from "@rainhooks/stage/terminal/csv";
import type { SubjectData } from "../erase/plan.ts";

const HEADERS = {
  deliveries: ["id", "publishedAtMs", "topic", "body"],
  tables: ["table", "item"],
  "dead-letters": ["id", "topic", "reason", "body"],
} as const;

type FileName = keyof typeof HEADERS;

/** Two files for each kind of data, which only their owner can read. */
export class ExportFiles {
  /** Lines of each file, also of older versions of objects. */
  readonly written: Record<FileName, number> = { deliveries: 0, tables: 0, "dead-letters": 0 };
  readonly #files = new Map<string, number>();

  /** @throws {RainhooksError} `input-invalid` for a folder that is there, or cannot be made. */
  constructor(folder: string) {
    try {
      mkdirSync(folder, { mode: 0o700 });
    } catch (error) {
      throw new RainhooksError(
        "input-invalid",
        `The folder ${folder} cannot be made: ${messageOf(error)}.`,
      );
    }
    for (const [name, header] of Object.entries(HEADERS)) {
      for (const file of [`${name}.jsonl`, `${name}.csv`])
        this.#files.set(file, openSync(join(folder, file), "wx", 0o600));
      this.#append(`${name}.csv`, formatCsv(header, []));
    }
  }

  write(one: SubjectData): void {
    if (one.in === "table") {
      const { table, item } = one;
      this.#add("tables", { table, item }, [table, JSON.stringify(item)]);
    } else if (one.in === "dead-letters") {
      const { deliveryId, topic, reason, body } = one.letter;
      this.#add("dead-letters", one.letter, [deliveryId, topic, reason, body]);
    } else {
      const delivery = parseLine(one.line);
      const { id, sentAtMs, topic, body }: Partial<Delivery> = delivery ?? { body: one.line };
      this.#add("deliveries", delivery ?? one.line, [id, sentAtMs, topic, body]);
    }
  }

  close(): void {
    for (const file of this.#files.values()) closeSync(file);
  }

  #add(name: FileName, value: unknown, row: readonly (string | number | undefined)[]): void {
    this.written[name] += 1;
    this.#append(`${name}.jsonl`, `${JSON.stringify(value)}\n`);
    this.#append(`${name}.csv`, formatCsv(undefined, [row]));
  }

  // At once: what is found must not pile up in memory.
  #append(file: string, text: string): void {
    writeSync(this.#files.get(file) ?? -1, text);
  }
}
