import { defined } from "@rainhooks/core/collections";
import { definitionMistake } from "./definition-mistake.ts";
import type { FunctionShape } from "./queue-shape.ts";
import type { Resources } from "./resources.ts";
import type { Settings } from "./settings/setting.ts";
import { COMPLETE, type Trigger, type TriggerFields, type TriggerInput } from "./trigger-fields.ts";

/** What all functions have. */
interface CommonFields<R extends Resources, S extends Settings> {
  /** Name of the function and its log: lower-case letters, digits and dashes. */
  readonly name: string;
  readonly description: string;
  readonly resources: R;
  readonly settings: S;
  /**
   * Name of the function whose code and settings it has, too: a stage sets them there. Absent if
   * they are its own.
   */
  readonly sameAs?: string | undefined;
  /**
   * True if only those stages have the function that ask for it; `production` if production stages
   * have it, too.
   */
  readonly optional?: boolean | "production" | undefined;
  /**
   * Part of a stage to which it belongs: a stage can be without it, and without its data. Absent if
   * every stage has it.
   */
  readonly part?: string | undefined;
  readonly function: FunctionShape;
}

/**
 * A Lambda function with one trigger, used by its code, the infrastructure and the local stage. It
 * contains only data.
 */
export type FunctionOf<
  T extends Trigger,
  R extends Resources = Resources,
  S extends Settings = Settings,
> = CommonFields<R, S> & TriggerFields[T] & { readonly trigger: T };

/** A Lambda function with any trigger. */
export type FunctionDefinition = { [T in Trigger]: FunctionOf<T> }[Trigger];

/**
 * A webhook. Infrastructure code can import it without the function's code. Its name is also the
 * name of its queue.
 */
export type Webhook<R extends Resources = Resources, S extends Settings = Settings> = FunctionOf<
  "topics",
  R,
  S
>;

/** A function that reads its own queue. */
export type QueuedFunction = FunctionOf<"topics"> | FunctionOf<"queue">;

/** Options of {@link defineFunction}. */
export type FunctionInput<T extends Trigger, R extends Resources, S extends Settings> = Pick<
  CommonFields<R, S>,
  "name" | "description" | "sameAs" | "optional" | "part"
> & {
  readonly trigger: T;
  readonly resources?: R;
  readonly settings?: S;
  /** @defaultValue 512 MiB and 60 s, for a URL 30 s; with a queue 1,024 MiB and 30 s */
  readonly function?: Partial<FunctionShape>;
} & TriggerInput[T];

/** Code of the error for a wrong definition. */
export const WRONG_DEFINITION = "definition-invalid";

/**
 * Defines a function of a stage, with what invokes it: topics, a queue, a rate, an invocation or a
 * URL. Defaults with a queue: batches of up to 100 records collected for up to 2 s, 10 concurrent
 * invocations; records are kept for 14 days. A record that keeps failing is moved to the
 * dead-letter queue after 400 receives (about four days); a record that no retry can help is sent
 * there at once, with the reason.
 *
 * @throws {TypeError} with the code {@link WRONG_DEFINITION} for a definition that AWS would
 * reject.
 *
 * @example
 * ```ts
 * import { defineFunction, defineWebhook } from "@rainhooks/webhook/define";
 *
 * const table = { name: "counts", partitionKey: { name: "day", type: "S" } } as const;
 * export const census = defineFunction({
 *   trigger: "rate",
 *   everyMinutes: 5,
 *   name: "census",
 *   description: "Counts the nodes.",
 *   resources: {
 *     counts: { kind: "table", env: "COUNTS_TABLE", table, actions: ["dynamodb:PutItem"] },
 *   },
 * });
 * export const calls = defineFunction({
 *   trigger: "queue",
 *   name: "calls",
 *   description: "Calls one system after the other.",
 *   batch: { size: 10 },
 * });
 * export const alerts = defineWebhook({
 *   name: "alerts",
 *   description: "Sends a message for each system to call.",
 *   events: ["rmaker.event.alert"],
 *   resources: {
 *     calls: { kind: "queue", env: "CALLS_URL", queue: calls.name, actions: ["sqs:SendMessage"] },
 *   },
 * });
 * console.log(census.function.timeoutS, calls.queue.visibilityTimeoutS); // 60 182
 * console.log(alerts.resources.calls.queue); // calls
 * ```
 */
export function defineFunction<
  T extends Trigger,
  const R extends Resources = Record<string, never>,
  const S extends Settings = Record<string, never>,
>(input: FunctionInput<T, R, S>): FunctionOf<T, R, S> {
  const { trigger, name, description, sameAs, optional, part } = input;
  const { resources = {} as R, settings = {} as S } = input;
  const fields = COMPLETE[trigger](input);
  const own = { resources, settings };
  const mistake = definitionMistake(trigger, Object.assign({ name, ...own }, fields));
  if (mistake !== undefined)
    throw Object.assign(
      new TypeError(
        `${trigger === "topics" ? "Webhook" : "Function"} ${JSON.stringify(name)}: ${mistake}.`,
      ),
      { code: WRONG_DEFINITION },
    );
  const common: CommonFields<R, S> = {
    name,
    description,
    ...own,
    ...defined({ sameAs, optional, part }),
    function: fields.function,
  };
  return Object.assign({ trigger }, common, fields);
}

/**
 * Returns the functions that have one of some triggers.
 */
export function triggeredBy<D extends { readonly trigger: Trigger }, T extends Trigger>(
  functions: readonly D[],
  ...triggers: readonly T[]
): Extract<D, { readonly trigger: T }>[] {
  return functions.filter((one): one is Extract<D, { readonly trigger: T }> =>
    (triggers as readonly Trigger[]).includes(one.trigger),
  );
}

/**
 * Returns the name of the function whose code and settings a function has: its own name by default.
 */
export function codeOf({
  name,
  sameAs = name,
}: {
  readonly name: string;
  readonly sameAs?: string | undefined;
}): string {
  return sameAs;
}
