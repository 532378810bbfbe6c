import type { EventType } from "@rainhooks/core/catalog";
import { defined } from "@rainhooks/core/collections";
import {
  type FunctionShape,
  type QueuedFields,
  type ShapesInput,
  shapesOf,
} from "./queue-shape.ts";
import type { Resources } from "./resources.ts";
import type { Settings } from "./settings/setting.ts";

/**
 * Which replays may send archived deliveries to a webhook again. `accept`: any. `accept-addressed`:
 * those for one part of it, such as one destination. `refuse`: none.
 */
export type ReplayPolicy = "accept" | "accept-addressed" | "refuse";

/** An alarm on a custom metric of a function, whose dimension is the stage. */
export interface CustomAlarm {
  /** Its name within the stage. */
  readonly name: string;
  readonly metric: string;
  /** More than this is an alarm. */
  readonly max: number;
  /** What has happened, and what to do. */
  readonly description: string;
  /** True if the function is so late that somebody should look at once. */
  readonly isUrgent?: true;
  /** True if it is enough that the rounds read the metric once an hour. */
  readonly isHourly?: true;
}

/** What the file of a new production stage says of a webhook. */
export interface InProduction {
  readonly deployed?: false;
  /** Events that it does not receive there. */
  readonly leaveOut?: readonly EventType[];
}

/** What a function has besides what all have, by its trigger. */
export interface TriggerFields {
  /** SNS topics, whose messages come through a queue of its own: a webhook. */
  readonly topics: QueuedFields & {
    /** Event types whose topics the webhook subscribes to. */
    readonly events: readonly EventType[];
    /** Whether the webhook applies the filter rules; if so, it reads the rules table. */
    readonly filtered: boolean;
    /**
     * `external`: a stage makes everything but the function, which is yours and may be in any
     * language.
     */
    readonly runtime: "node" | "external";
    /**
     * Whether a replay may send it archived deliveries again; if so, it has a queue for them beside
     * its own.
     */
    readonly replay: ReplayPolicy;
    /** True if it handles the events with which a stage is tried, whose node is none. */
    readonly tried?: true;
    /** The settings of the function in the file of a new production stage; absent for none. */
    readonly inProduction?: InProduction;
  };
  /** A queue of its own, to which functions send if their resources say so (`kind: "queue"`). */
  readonly queue: QueuedFields & {
    /**
     * Age after which a message is a dead letter, however often the function has sent it to its own
     * queue. AWS stops such a function after 16 times, unless it is told not to: with this it is.
     */
    readonly maxAgeS?: number;
  };
  /**
   * The passing of time. A run can start late, twice, or while the one before lasts, so it must do
   * no harm twice.
   */
  readonly rate: {
    /** Minutes between two runs: 1 to 1,440. */
    readonly everyMinutes: number;
    /** True if it only counts something: that it fails or does not run wakes nobody. */
    readonly isStatistic?: true;
    /** Alarms on the metrics that the function publishes itself; absent for none. */
    readonly metricAlarms?: readonly CustomAlarm[];
  };
  /**
   * A program, which waits for the result. An invocation can be repeated while the one before
   * lasts.
   */
  readonly invocation: {
    /** Invocations that a program may make at once. */
    readonly maxConcurrency: number;
  };
  /** Requests to a URL, which must be signed with AWS credentials. */
  readonly url: object;
}

/** What invokes a function. */
export type Trigger = keyof TriggerFields;

/**
 * Triggers that pass one input to the function, for one run. Functions with other triggers read
 * records of a batch, or return responses to HTTP requests.
 */
export type RunTrigger = Exclude<Trigger, "topics" | "queue" | "url">;

/** What a definition says by its trigger, with the defaults filled in. */
export type CompletedFields<T extends Trigger> = TriggerFields[T] & {
  readonly function: FunctionShape;
};

/** What a definition says of its trigger. */
export interface TriggerInput {
  readonly topics: ShapesInput & {
    readonly events: readonly EventType[];
    /** @defaultValue true */
    readonly filtered?: boolean;
    /** @defaultValue `node` */
    readonly runtime?: "node" | "external";
    /**
     * `accept` if it does no harm to handle a delivery again after any time: the effect is the
     * same, or the code looks at the event's `replay`.
     *
     * @defaultValue `refuse`
     */
    readonly replay?: ReplayPolicy;
    /**
     * True for a store from which `rainhooks doctor` takes its events out again. All others ignore
     * them.
     *
     * @defaultValue false
     */
    readonly tried?: true;
    readonly inProduction?: InProduction;
  };
  /** `maxAgeS` for a function that sends to its own queue, and only for that. */
  readonly queue: ShapesInput & Pick<TriggerFields["queue"], "maxAgeS">;
  readonly rate: TriggerFields["rate"];
  /** @defaultValue 50 invocations at once */
  readonly invocation: Partial<TriggerFields["invocation"]>;
  readonly url: object;
}

/** A function of the owner's own has no growing waits between receives. */
const MAX_RECEIVES_OF_EXTERNAL = 5;
const MAX_CONCURRENCY = 50;

/** Fills in the defaults of a definition, by its trigger. */
export const COMPLETE: {
  readonly [T in Trigger]: (
    input: TriggerInput[T] & { readonly function?: Partial<FunctionShape> },
  ) => CompletedFields<T>;
} = {
  topics: ({
    events,
    filtered = true,
    runtime = "node",
    replay = "refuse",
    tried,
    inProduction,
    ...shapes
  }) => ({
    events: [...new Set(events)],
    filtered,
    runtime,
    replay,
    ...defined({ tried, inProduction }),
    ...shapesOf(shapes, runtime === "external" ? MAX_RECEIVES_OF_EXTERNAL : undefined),
  }),
  queue: ({ maxAgeS, ...shapes }) => ({ ...defined({ maxAgeS }), ...shapesOf(shapes) }),
  rate: ({ everyMinutes, isStatistic, metricAlarms, function: shape }) => ({
    everyMinutes,
    ...defined({ isStatistic, metricAlarms }),
    function: { memoryMiB: 512, timeoutS: 60, ...shape },
  }),
  invocation: ({ maxConcurrency = MAX_CONCURRENCY, function: shape }) => ({
    maxConcurrency,
    function: { memoryMiB: 512, timeoutS: 60, ...shape },
  }),
  url: ({ function: shape }) => ({ function: { memoryMiB: 512, timeoutS: 30, ...shape } }),
};

/** What every definition has that is checked. */
export interface NamedFields {
  readonly name: string;
  readonly resources: Resources;
  readonly settings: Settings;
}
