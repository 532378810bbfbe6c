import { mistakeText } from "@rainhooks/core/mistake";
import type { ReadFileFields } from "@rainhooks/stage/extension";
import { readAllDeclared } from "../destinations/file/declared.ts";
import { writeDeclared } from "../destinations/file/write-declared.ts";
import { destinationsTable } from "../forwarding-tables.ts";

/** Reads the destinations of a stage's file, and writes them as a deployment does. */
export const readFileFields: ReadFileFields = (stage, readTemplate) => {
  const { items, mistakes } = readAllDeclared(stage["destinations"] ?? {}, {
    allowPrivate: true,
    readTemplate,
  });
  return {
    mistakes: mistakes.map((one) => mistakeText(one)),
    apply: async ({ clients, outputs }) => {
      const tableName = outputs.tables[destinationsTable.name];
      if (tableName === undefined) return { lines: [], problems: items.length === 0 ? [] : [NO_FORWARD] };
      const store = { client: clients.dynamodb, tableName };
      const { written, removed, refused } = await writeDeclared(store, items);
      const line = (what: string, ids: readonly string[], why: string) =>
        ids.length === 0 ? [] : [`  ${what.padEnd(13)} ${ids.join(", ")}${why}`];
      return {
        lines: [
          ...line("destinations", written, " (of the stage's file)"),
          ...line("not any more", removed, ", which the stage's file has not"),
        ],
        problems: refused.map(
          (id) =>
            `The stage's file has a destination ${id}, and a command has made one of that name, which stays. Remove it first, or rename one.`,
        ),
      };
    },
  };
};

const NO_FORWARD = "The stage's file has destinations, and the webhook forward does not run.";
