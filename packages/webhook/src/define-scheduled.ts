import {
  type FunctionDefinition,
  type FunctionShape,
  functionMistake,
  type Resources,
} from "./define-function.ts";
import type { Settings } from "./settings/setting.ts";

/** A function that runs at a fixed rate. It contains only data. */
export interface ScheduledFunction<R extends Resources = Resources, S extends Settings = Settings>
  extends FunctionDefinition<R, S> {
  /** Minutes between two runs. */
  readonly everyMinutes: number;
  /** How it says that it is behind; absent if it cannot be. */
  readonly behind?: BehindMetric;
}

/** A metric of a function's own that says how far it is behind, in seconds. */
export interface BehindMetric {
  readonly metric: string;
  /** More than this is an alarm. */
  readonly maxS: number;
}

/** Options of {@link defineScheduledFunction}. */
export interface ScheduledFunctionInput<R extends Resources, S extends Settings> {
  readonly name: string;
  readonly description: string;
  /** Minutes between two runs: 1 to 1,440. */
  readonly everyMinutes: number;
  readonly behind?: BehindMetric;
  readonly resources?: R;
  readonly settings?: S;
  /** @defaultValue 512 MiB and 60 s */
  readonly function?: Partial<FunctionShape>;
}

const MAX_EVERY_MINUTES = 1440;

/**
 * Defines a function that runs at a fixed rate, for what must be found by the passing of time. The infrastructure makes an
 * EventBridge rule for it; the local stage runs it by its own clock. A run can start late, twice, or while the one before is not
 * yet done, so running it again must do no harm.
 *
 * @throws {TypeError} for a definition that AWS would reject.
 *
 * @example
 * ```ts
 * import { nodeStatusTable } from "@rainhooks/node-status/table";
 * import { defineScheduledFunction } from "@rainhooks/webhook/define";
 *
 * export const census = defineScheduledFunction({
 *   name: "census",
 *   description: "Counts the nodes.",
 *   everyMinutes: 5,
 *   resources: {
 *     nodes: { kind: "table", env: "NODES_TABLE", table: nodeStatusTable, actions: ["dynamodb:Query"] },
 *   },
 * });
 * console.log(census.everyMinutes, census.function.timeoutS); // 5 60
 * ```
 */
export function defineScheduledFunction<
  const R extends Resources = Record<string, never>,
  const S extends Settings = Record<string, never>,
>(input: ScheduledFunctionInput<R, S>): ScheduledFunction<R, S> {
  const mistake = functionMistake(input) ?? scheduleMistake(input);
  if (mistake !== undefined)
    throw new TypeError(`Scheduled function ${JSON.stringify(input.name)}: ${mistake}.`);
  return {
    ...input,
    resources: input.resources ?? ({} as R),
    settings: input.settings ?? ({} as S),
    function: { memoryMiB: 512, timeoutS: 60, ...input.function },
  };
}

/**
 * Returns what is wrong with the rate of a function, or `undefined`.
 *
 * @example
 * ```ts
 * import { scheduleMistake } from "@rainhooks/webhook/define";
 *
 * console.log(scheduleMistake({ everyMinutes: 5 }), scheduleMistake({ everyMinutes: 0.5 }) !== undefined); // undefined true
 * ```
 */
export function scheduleMistake({
  everyMinutes,
}: Pick<ScheduledFunction, "everyMinutes">): string | undefined {
  return Number.isInteger(everyMinutes) && everyMinutes >= 1 && everyMinutes <= MAX_EVERY_MINUTES
    ? undefined
    : "everyMinutes must be a whole number from 1 to 1,440";
}
