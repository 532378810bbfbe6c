import { readFile, stat } from "node:fs/promises";
import { messageOf, RainhooksError, tryParseJson } from "@rainhooks/core";
import { parseRules } from "./rule.ts";
import { memoryRuleStore, type RuleStore } from "./store.ts";

/**
 * Rules in a JSON file, written as RainMaker's `event_filter` API writes them. A changed file is read again.
 *
 * @throws {RainhooksError} `rules-unavailable` when the file cannot be read, `rules-invalid` when it holds no rules.
 */
export function fileRuleStore(path: string): RuleStore {
  let changedAtMs = Number.NaN;
  let rules = memoryRuleStore([]);
  return {
    fetch: async (keys) => {
      const { mtimeMs, text } = await load(path, changedAtMs);
      if (text !== undefined) {
        rules = memoryRuleStore(parseRules(tryParseJson(text)));
        changedAtMs = mtimeMs;
      }
      return rules.fetch(keys);
    },
  };
}

async function load(path: string, knownMtimeMs: number): Promise<{ mtimeMs: number; text?: string }> {
  try {
    const { mtimeMs } = await stat(path);
    return mtimeMs === knownMtimeMs ? { mtimeMs } : { mtimeMs, text: await readFile(path, "utf8") };
  } catch (error) {
    throw new RainhooksError(
      "rules-unavailable",
      `Filter rules cannot be read from ${path}: ${messageOf(error)}`,
      {
        cause: error,
      },
    );
  }
}
