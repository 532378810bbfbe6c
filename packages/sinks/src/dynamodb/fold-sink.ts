import { chunk, mapLimited } from "@rainhooks/core/collections";
import { MAX_KEYS_PER_CALL } from "@rainhooks/dynamodb/batch-get";
import { NOT_ATTEMPTED } from "../not-attempted.ts";
import { failAll, type ItemFailure, oneEach, type Sink } from "../sink.ts";
import { type FoldOptions, FoldTable, type GroupItem } from "./fold-table.ts";
import { groupByKey } from "./item-groups.ts";
import { isTimeUp, smallestFirst, whileTime } from "./parts-in-time.ts";

const MAX_CONCURRENT_READS = 8;
/** The client has 50 connections. */
const MAX_CONCURRENT_WRITES = 48;

/**
 * Makes a sink that folds values into one item per key. A batch needs one batched read, and one
 * conditional write per key. If another writer has changed an item since the read, it is read
 * again, joined again and written again; after the last retry its values fail with
 * `write-conflict`. If the values change nothing (duplicates, late events), nothing is written. A
 * value that makes the item invalid fails alone; the other values of its key are written. Keys of
 * values with few keys are written first; values for which no time is left fail with
 * `not-attempted`, and need only their other keys when they come again.
 */
export function foldSink<Value, State>(options: FoldOptions<Value, State>): Sink<Value> {
  const { table, tableName, fold } = options;
  const items = new FoldTable(options);
  const keys = { table: { ...table, indexes: [] }, tableName, itemsOf: fold.keysOf };
  return {
    write: async (values, context) => {
      const timeIsUp = isTimeUp(context);
      const failures: ItemFailure[] = [];
      const groups = groupByKey(values, keys, failures);
      // What is read is written before more is read, so that a batch that runs out of time goes on
      // from there when it is delivered again.
      for (const wave of chunk(smallestFirst(groups), MAX_CONCURRENT_READS * MAX_KEYS_PER_CALL)) {
        if (timeIsUp()) {
          failures.push(...wave.flatMap(({ ids }) => failAll(ids, NOT_ATTEMPTED)));
          continue;
        }
        const chunks = chunk(wave, MAX_KEYS_PER_CALL);
        const found = await mapLimited(chunks, MAX_CONCURRENT_READS, (some) =>
          items.find(some, failures),
        );
        const parts = found.flat().map(({ group, item }) => ({ ids: group.ids, group, item }));
        const write = ({ group, item }: GroupItem<Value>) => items.fold(group, item);
        failures.push(...(await whileTime(parts, MAX_CONCURRENT_WRITES, timeIsUp, write)));
      }
      return oneEach(failures);
    },
  };
}
