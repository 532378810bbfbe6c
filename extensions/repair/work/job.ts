import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { S3Client } from "@aws-sdk/client-s3";
import type { Archive } from "@rainhooks/archive/objects";
import type { EventType } from "@rainhooks/core/catalog";
import { RainhooksError } from "@rainhooks/core/errors";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { type Slot, slotTableName } from "@rainhooks/dynamodb/slots/slot";
import type { FilterDependencies } from "@rainhooks/filter/filter-results";
import type { Sink } from "@rainhooks/sinks/sink";
import type { SubscriptionScope } from "@rainhooks/stage/operate/replay/select";
import type { Store } from "@rainhooks/stage/tables/store-names";
import { tablesOfStore } from "@rainhooks/stage/tables/store-tables";
import type { FactModel } from "../facts/fact-model.ts";
import { type RebuildPhase, requireRunner } from "../rebuild/rebuild-state.ts";
import { modelOfStore, sinkOfStore } from "../stores.ts";
import { appendObject, type ObjectPrefix, readObjects } from "./partitions.ts";
import type { WorkSetup } from "./request.ts";

/** A webhook, as far as it decides what it handles. */
export interface WebhookScope {
  readonly events: readonly EventType[];
  readonly filtered: boolean;
  readonly subscribed: SubscriptionScope;
  /** Since when it has these subscriptions; those of before are not known. Epoch milliseconds. */
  readonly sinceMs: number;
}

/** The filter rules of a job. */
export type JobRules = Pick<FilterDependencies, "rules" | "isKnown">;

/** What the function has. */
export interface WorkDependencies {
  /** A client that does not follow slots. */
  readonly client: DynamoDBClient;
  readonly s3: S3Client;
  /** Bucket of the archive, and the folder in it for files. */
  readonly bucket: string;
  readonly folder: string;
  /** Returns the deployed name of a table. */
  readonly nameOf: (table: string) => string;
  /** Reads the filter rules. */
  readonly readRules: () => Promise<JobRules>;
  readonly nowMs: () => number;
  /** Waits, for milliseconds. */
  readonly wait: (ms: number) => Promise<unknown>;
  readonly random: () => number;
}

/**
 * A call for a job of a command. A part of its setup that this job does not have throws when it is
 * read.
 */
export class WorkJob {
  readonly dependencies: WorkDependencies;
  readonly archive: Archive;
  /** Where the files of the job are. */
  readonly files: ObjectPrefix;
  /** Returns true when the call must end soon; another one goes on. */
  readonly isLate: () => boolean;
  /** The partitions to which the call has written. */
  readonly partitions = new Set<number>();
  readonly #setup: WorkSetup;
  readonly #rules: () => Promise<JobRules>;
  #model: FactModel | undefined;

  constructor(
    setup: WorkSetup,
    rules: () => Promise<JobRules>,
    isLate: () => boolean,
    dependencies: WorkDependencies,
  ) {
    const { s3: client, bucket, folder } = dependencies;
    this.#setup = setup;
    this.#rules = rules;
    this.isLate = isLate;
    this.dependencies = dependencies;
    this.archive = { client, bucket };
    this.files = { client, bucket, prefix: `${folder}/${setup.job}/` };
  }

  get store(): Store {
    return this.#setup.store ?? missing("the store");
  }

  /** Ids of the nodes that are verified. @defaultValue all */
  get nodes(): readonly string[] | undefined {
    return this.#setup.nodes;
  }

  get webhook(): WebhookScope {
    return this.#judged.webhook;
  }

  get model(): FactModel {
    this.#model ??= modelOfStore(this.store, this.#settingOf);
    return this.#model;
  }

  /** By what deliveries are filtered. */
  async filter(): Promise<FilterDependencies> {
    return { ...(await this.#rules()), integration: this.#judged.integration };
  }

  /** Adds lines to partitions. */
  readonly append = async (lines: ReadonlyMap<number, readonly string[]>): Promise<void> => {
    await appendObject(this.files, lines);
    for (const partition of lines.keys()) this.partitions.add(partition);
  };

  /** Reads the lines of a partition, as {@link readObjects} does. */
  read(partition: number, after?: string) {
    return readObjects(this.files, partition, after);
  }

  /**
   * Returns the deployed name of a table of a slot.
   *
   * @throws {RainhooksError} `input-invalid` if the store has no such table, or it is no slot.
   */
  tableName(table: string, slot: Slot): string {
    if (!tablesOfStore(this.store).some(({ name }) => name === table) || !["a", "b"].includes(slot))
      missing(`a table of ${this.store} and its slot, but ${table} and ${slot}`);
    return slotTableName(this.dependencies.nameOf(table), slot);
  }

  /** Makes what writes to a slot while the command holds the rebuild. */
  sinkOf(slot: Slot): Sink<RainmakerEvent> {
    const { client } = this.dependencies;
    const tables = { client, nameOf: (table: string) => this.tableName(table, slot) };
    const sink = sinkOfStore(this.store, tables, this.#settingOf);
    return {
      write: async (items, context) => {
        await this.requireRunner("filling", slot);
        return sink.write(items, context);
      },
    };
  }

  /**
   * Checks whether the command still holds the rebuild, before it writes to a slot.
   *
   * @param phase What it has asked for is done in this phase only.
   * @throws {RainhooksError} `write-conflict` if it does not, the rebuild is in another phase, or
   * the slot is live.
   */
  requireRunner(phase: RebuildPhase, slot: Slot): Promise<void> {
    const { client, nameOf, nowMs } = this.dependencies;
    const slots = { client, tableName: nameOf("table-slots") };
    return requireRunner(slots, this.store, this.#setup.runner, phase, slot, nowMs());
  }

  get #judged() {
    return this.#setup.judged ?? missing("what was in force");
  }

  readonly #settingOf = (name: string): number =>
    new Map(Object.entries(this.#judged.settings)).get(name) ?? missing(`the setting ${name}`);
}

function missing(what: string): never {
  throw new RainhooksError("input-invalid", `The request does not say ${what}.`, {
    permanent: true,
  });
}
