import type { DeliveryContent, DeliveryRow } from "./deliveries.ts";

/** A webhook or a worker, and its queues. */
export interface FunctionFacts {
  readonly name: string;
  /** Messages that wait or are being handled. */
  readonly waiting: number;
  readonly deadLetters: number;
  /** True if it leaves in its queue what comes. */
  readonly paused?: true;
}

/** What the page about webhooks shows. Extensions add fields. */
export interface WebhooksResponse {
  readonly webhooks: readonly FunctionFacts[];
}

/** What became of a delivery at each webhook. Extensions add fields. */
export interface DeliveryResponse {
  readonly delivery: DeliveryRow & DeliveryContent;
  readonly webhooks: readonly {
    readonly webhook: string;
    readonly kind: string;
    readonly text: string;
  }[];
}

/** What came of a delivery at one of those to whom it goes on, as its row shows it. */
export interface RowOutcome {
  readonly to: string;
  /** `waiting` after an attempt that has failed, and is not the last. */
  readonly state: "delivered" | "failed" | "waiting";
}

/** What came of deliveries, by their ids. */
export type RowOutcomes = Readonly<Record<string, readonly RowOutcome[]>>;

/** Something that has the id that was looked for, and where its page is. */
export interface SearchHit {
  /** What it is, such as `node`. */
  readonly kind: string;
  readonly title: string;
  /** What else is to be said about it. */
  readonly note?: string | undefined;
  /** What the address of its page begins with, such as `nodes`, its id there, and parameters. */
  readonly page: string;
  readonly id: string;
  readonly params?: Readonly<Record<string, string>>;
}

/** What has an id, and what could not be looked through. */
export interface SearchResponse {
  readonly hits: readonly SearchHit[];
  readonly failures: readonly string[];
}

/** The response to an action that runs long work. */
export interface LongWorkResponse<Value> {
  /** Its result. Absent while it runs: the list of jobs then has its end. */
  readonly jobEnd?: Value & { readonly text: string };
  /** Its id in that list. */
  readonly job: number;
}
