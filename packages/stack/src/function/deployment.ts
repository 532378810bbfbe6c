import {
  defineFunction,
  type FunctionDefinition,
  type FunctionOf,
  type QueuedFunction,
  type Webhook,
} from "@rainhooks/webhook/define-function";
import { type BatchShape, replayBatch } from "@rainhooks/webhook/queue-shape";
import type { Trigger } from "@rainhooks/webhook/trigger-fields";
import type { FunctionAlarms, FunctionChanges, StackConfig } from "../config/config.ts";

/** What a stage adds to the definition of a function. */
interface Deployment {
  /** Concurrency of the function that is taken from the limit of the account. */
  readonly reservedConcurrency: number | undefined;
  readonly environment: Readonly<Record<string, string>>;
  /** Whether a function with a queue leaves in it what comes. */
  readonly paused: boolean;
  readonly alarms: FunctionAlarms;
  readonly filterPolicy: FunctionChanges["filterPolicy"];
  /** Origins whose pages may call a function with a URL. */
  readonly allowOrigins: readonly string[];
}

/** A function as a stage deploys it: its definition with the changes of the stage. */
export type DeployedFunction<T extends Trigger = Trigger> = {
  [One in T]: FunctionOf<One> & Deployment;
}[T];

/** Whether a function, or a use of a table, belongs to a part that a stage has, or to none. */
export function isOfParts(
  { parts }: StackConfig,
  { part }: { readonly part?: string | undefined },
): boolean {
  return part === undefined || (parts?.includes(part) ?? true);
}

/**
 * Returns a function without the tables that it uses only in a stage with parts that this one
 * leaves out.
 */
export function withoutOtherParts<Of extends FunctionDefinition>(
  config: StackConfig,
  definition: Of,
): Of {
  const uses = Object.entries(definition.resources);
  const used = uses.filter(([, use]) => use.kind !== "table" || isOfParts(config, use));
  return used.length === uses.length
    ? definition
    : { ...definition, resources: Object.fromEntries(used) };
}

/** How many invocations of a webhook run at once. */
export interface FunctionPlan {
  /** Where the stage does not say how many. */
  readonly concurrency: number;
  /** Invocations beyond which a table or an index cannot take what they write. */
  readonly maxConcurrency: number;
  /** That table or index; `undefined` if there is none. */
  readonly boundBy: { readonly name: string; readonly maxUnitsPerS: number } | undefined;
}

/** Plans a webhook with the changes of a stage. */
type PlanFunction = (webhook: Webhook) => FunctionPlan;

/**
 * Applies the changes of a stage to the definition of a function. With a longer timeout, the
 * visibility timeout of its queue becomes longer too. The concurrency of a webhook is that of its
 * plan, unless the stage sets it.
 *
 * @throws {TypeError} if AWS would reject the result, or if a function would write more than its
 * tables take.
 */
export function applyChanges(
  definition: FunctionDefinition,
  planOf: PlanFunction,
  changes: FunctionChanges = {},
): DeployedFunction {
  const deployment = deploymentOf(changes);
  const { memoryMiB = definition.function.memoryMiB, timeoutS = definition.function.timeoutS } =
    changes;
  const shape = { memoryMiB, timeoutS };
  switch (definition.trigger) {
    case "topics":
      return { ...changedWebhook(definition, changes, planOf), ...deployment };
    case "queue": {
      const changed = defineFunction({ ...definition, ...changedShapes(definition, changes) });
      refuseTooFewReserved(definition, [changed.batch], changes.reservedConcurrency);
      return { ...changed, ...deployment };
    }
    default: {
      const changed = withOwn(definition, changes);
      if (changed.trigger === "invocation")
        refuseTooFewReserved(definition, [changed], changes.reservedConcurrency);
      return { ...changed, function: shape, ...deployment };
    }
  }
}

/**
 * Returns a definition with the changes to what it says of its trigger: a field of the stage has
 * the name of that of the definition.
 */
function withOwn<D extends FunctionDefinition>(definition: D, changes: FunctionChanges): D {
  const own = Object.entries(changes).filter(
    ([field, value]) =>
      value !== undefined && Object.hasOwn(definition, field) && field !== "settings",
  );
  return { ...definition, ...Object.fromEntries(own) };
}

function deploymentOf(changes: FunctionChanges): Deployment {
  const { environment = {}, alarms = {}, allowOrigins = [], paused = false } = changes;
  const { reservedConcurrency, filterPolicy } = changes;
  return { reservedConcurrency, environment, paused, alarms, filterPolicy, allowOrigins };
}

function changedWebhook(webhook: Webhook, changes: FunctionChanges, planOf: PlanFunction): Webhook {
  if (webhook.runtime === "external") refuseOfFunction(webhook, changes);
  const changed = defineFunction({
    ...webhook,
    events: webhook.events.filter((type) => !(changes.leaveOut ?? []).includes(type)),
    ...changedShapes(webhook, changes),
  });
  const plan = planOf(changed);
  refuseTooMuchConcurrency(changed, changes, plan);
  const batch = { ...changed.batch, maxConcurrency: changes.maxConcurrency ?? plan.concurrency };
  refuseTooFewReserved(
    changed,
    changed.replay === "refuse" ? [batch] : [batch, replayBatch(batch)],
    changes.reservedConcurrency,
  );
  return { ...changed, batch };
}

const DAY_S = 86_400;

/**
 * Returns the shapes of a function and its queue with the changes of a stage. A longer timeout
 * hides records for longer.
 */
function changedShapes(
  { function: shape, batch, queue }: QueuedFunction,
  changes: FunctionChanges,
): Pick<QueuedFunction, "function" | "batch" | "queue"> {
  const { memoryMiB = shape.memoryMiB, timeoutS = shape.timeoutS } = changes;
  const { batchSize: size = batch.size, windowS = batch.windowS } = changes;
  const {
    maxConcurrency = batch.maxConcurrency,
    queueRetentionDays,
    deadLetterRetentionDays,
  } = changes;
  return {
    function: { memoryMiB, timeoutS },
    batch: { size, windowS, maxConcurrency },
    queue: {
      ...queue,
      retentionS: inSeconds(queueRetentionDays) ?? queue.retentionS,
      deadLetterRetentionS: inSeconds(deadLetterRetentionDays) ?? queue.deadLetterRetentionS,
      visibilityTimeoutS: Math.max(queue.visibilityTimeoutS, 6 * timeoutS + windowS),
    },
  };
}

function inSeconds(days: number | undefined): number | undefined {
  return days === undefined ? undefined : Math.round(days * DAY_S);
}

/**
 * Fields that have an effect on a webhook whose function is not the stage's. What is new has none,
 * unless it is named here.
 */
const OF_QUEUE: readonly string[] = [
  "deployed",
  "settings",
  "alarms",
  "leaveOut",
  "filterPolicy",
  "deadLetterRetentionDays",
  "queueRetentionDays",
] satisfies (keyof FunctionChanges)[];

function refused(
  { trigger, name }: Pick<FunctionDefinition, "trigger" | "name">,
  problem: string,
): TypeError {
  return new TypeError(
    `${trigger === "topics" ? "Webhook" : "Function"} ${JSON.stringify(name)}: ${problem}`,
  );
}

/** @throws {TypeError} for fields without effect, because they were set to have one. */
function refuseOfFunction(webhook: Webhook, changes: FunctionChanges): void {
  const set = Object.entries(changes).flatMap(([field, value]) =>
    value === undefined || OF_QUEUE.includes(field) ? [] : [field],
  );
  if (set.length > 0)
    throw refused(
      webhook,
      `its function is your own, so ${set.join(", ")} would have no effect. Remove ${set.length === 1 ? "it" : "them"}.`,
    );
}

/**
 * @throws {TypeError} if so many invocations would write more than a table takes: it would throttle
 * them, and they would wait.
 */
function refuseTooMuchConcurrency(
  webhook: Webhook,
  { maxConcurrency = 0 }: FunctionChanges,
  plan: FunctionPlan,
): void {
  if (maxConcurrency <= plan.maxConcurrency || plan.boundBy === undefined) return;
  const { name: store, maxUnitsPerS } = plan.boundBy;
  throw refused(
    webhook,
    `with maxConcurrency ${maxConcurrency} it would write more than ${store} takes (${maxUnitsPerS.toLocaleString("en-US")} units per second). Set it to at most ${plan.maxConcurrency}, or run several stages: see docs/scale.md.`,
  );
}

/**
 * @param batches How its queues invoke the function: its own, and that of replays.
 * @throws {TypeError} if SQS would invoke the function more often than it may run.
 */
function refuseTooFewReserved(
  definition: FunctionDefinition,
  batches: readonly Pick<BatchShape, "maxConcurrency">[],
  reservedConcurrency: number | undefined,
): void {
  const all = batches.map(({ maxConcurrency }) => maxConcurrency);
  const needed = all.reduce((sum, one) => sum + one, 0);
  if (reservedConcurrency === undefined || reservedConcurrency >= needed) return;
  const least =
    all.length === 1
      ? `maxConcurrency (${needed})`
      : `${needed} (maxConcurrency and, for replays, ${all.slice(1).join(" + ")})`;
  throw refused(
    definition,
    `reservedConcurrency must be at least ${least}: ${definition.trigger === "invocation" ? "programs" : "SQS"} would invoke the function more often than it may run.`,
  );
}
