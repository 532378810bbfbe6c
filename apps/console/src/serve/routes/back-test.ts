import { MINUTE_MS, RainhooksError } from "@rainhooks/core";
import { readRule } from "@rainhooks/watch";
import * as v from "valibot";
import type { Commands } from "../commands.ts";

/** What a rule would have found in a time of the past. */
export interface BackTestAnswer {
  readonly fromMs: number;
  readonly toMs: number;
  /** Deliveries that were read; if not all of them were, up to when. */
  readonly deliveries: number;
  readonly reachedMs?: number | undefined;
  readonly alarms: number;
  readonly nodes: number;
  readonly perDay: number;
  readonly mostInTenMinutes: number;
  /** Share of the time in which there were more alarms than people can follow. */
  readonly floodShare: number;
  /** The first alarms. */
  readonly shown: readonly v.InferOutput<typeof episode>[];
}

/** What a back-test may take: of reading, and as a whole. */
const [MAX_READ, MAX_MS, MAX_DELIVERIES] = ["60s", 3 * MINUTE_MS, 1_000_000];
const MAX_RESULT = 32 * 1024 * 1024;
const MAX_SHOWN = 50;

const episode = v.object({
  nodeId: v.string(),
  series: v.optional(v.string()),
  startMs: v.number(),
  raisedMs: v.number(),
  endMs: v.optional(v.number()),
});

/** What `watch test --json` prints, as far as it is shown. */
const result = v.object({
  fromMs: v.number(),
  toMs: v.number(),
  deliveries: v.number(),
  reachedMs: v.optional(v.number()),
  load: v.object({
    nodes: v.number(),
    perDay: v.number(),
    mostInTenMinutes: v.number(),
    floodShare: v.number(),
  }),
  alarms: v.array(episode),
});

/**
 * Tries a rule on the archive with the terminal's command, which sends and stores nothing. It ends when the page does not wait for it any
 * more, and after a time.
 *
 * @throws {RainhooksError} `rules-invalid` for a text that is no rule, and what the command has refused.
 */
export async function backTest(
  commands: Commands,
  text: string,
  from: string,
  signal: AbortSignal,
): Promise<BackTestAnswer> {
  readRule(text);
  const end = new AbortController();
  const timer = setTimeout(() => end.abort(TOO_LONG), MAX_MS);
  const line = {
    words: ["watch", "test"],
    options: ["--json", `--from=${from}`, `--max-time=${MAX_READ}`, `--max-deliveries=${MAX_DELIVERIES}`],
    args: ["-"],
    input: text,
  };
  try {
    const limits = { signal: AbortSignal.any([signal, end.signal]), maxOutput: MAX_RESULT };
    const { load, alarms, ...read } = v.parse(result, await commands.result(line, limits));
    return { ...read, ...load, alarms: alarms.length, shown: alarms.slice(0, MAX_SHOWN) };
  } finally {
    clearTimeout(timer);
  }
}

const TOO_LONG = new RainhooksError(
  "input-invalid",
  "The back-test was stopped after three minutes. Choose the last day, or run it in a terminal: rainhooks watch test",
);
