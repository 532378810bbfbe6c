import type { RainmakerEvent } from "@rainhooks/core/event";
import type { Attributes } from "@rainhooks/dynamodb/key";
import type { TimedValue } from "@rainhooks/node-status/fields/field";

/**
 * Something that tables say about a node, such as a field of its row or a point of a series. Events
 * make facts, and items contain facts; so what is archived can be compared with what is stored.
 */
export interface Fact {
  readonly nodeId: string;
  /** Distinguishes the facts of a node. */
  readonly name: string;
  /** JSON, without an order of its keys. */
  readonly value: unknown;
}

/**
 * How the facts of a store are made, read and joined: by the same functions with which its sink
 * writes.
 */
export interface FactModel {
  /** Returns what an event adds to the tables; nothing for what the sink would refuse. */
  readonly factsOf: (event: RainmakerEvent) => readonly Fact[];
  /** Returns the facts of an item of one of the tables. */
  readonly factsIn: (table: string, item: Attributes) => readonly Fact[];
  /** Joins two values of one fact: commutative, associative and idempotent. */
  readonly join: (name: string, a: unknown, b: unknown) => unknown;
  /** Returns when a fact may be deleted, epoch milliseconds; `undefined`: never. */
  readonly expiresAtMs: (name: string, value: unknown) => number | undefined;
  /** Whether a fact that is missing may be written yet, epoch milliseconds. @defaultValue false */
  readonly isAwaited?: (name: string, value: unknown, readAtMs: number) => boolean;
  /** Returns the parts of a value, each with its time. */
  readonly partsOf: (name: string, value: unknown) => readonly TimedValue[];
  /**
   * True if a fact says that an item is wrong in itself, such as an attribute that does not follow
   * from the others.
   */
  readonly saysWrong: (name: string) => boolean;
  /** Describes a fact for people, such as `alert at 2026-11-24 08:00:00`. */
  readonly describe: (name: string) => string;
}
