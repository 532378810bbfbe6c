import type { RainmakerEvent } from "@rainhooks/core/event";
import type { IndexDescription } from "@rainhooks/dynamodb/table-description";
import type { NodeField } from "./field.ts";

/** A field that an extension has in the row of each node, written together with the platform's. */
export interface ExtensionField<Value = unknown> extends NodeField<Value> {
  /** Name of its attribute, which is no other's. */
  readonly name: string;
  /**
   * Returns true for an event after which, until its interval of last-seen times ends, the field
   * needs no other frequent event of the node. @defaultValue the field needs no frequent event at
   * all
   */
  needs?(event: RainmakerEvent): boolean;
  /** True: no event contains it, it is noted when the row is written. @defaultValue false */
  readonly isNoted?: boolean;
  /** An index of the table by attributes that follow from the value. */
  readonly index?: {
    readonly description: IndexDescription;
    /** Returns its key attributes; none for a node that is not in it. */
    keysOf(value: Value, nodeId: string, shard: string): Readonly<Record<string, string>>;
  };
}
