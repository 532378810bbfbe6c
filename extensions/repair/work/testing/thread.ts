/* A thread for tests: it does as it is told by the keys of objects and the names of tables. */
import { parentPort, workerData } from "node:worker_threads";
import { RainhooksError } from "@rainhooks/core/errors";
import { Totals } from "../../verify/totals.ts";
import type { VerifyWork } from "../../verify/verify-work.ts";
import { serveWork, type ThreadRequest } from "../work-threads.ts";

const { setup, wanted, folder } = workerData as ThreadRequest<string>;

const work: VerifyWork = {
  readTable: async ({ table }) => {
    if (table === "missing")
      throw new RainhooksError("not-found", `There is no table ${table}.`, { permanent: true });
    if (table === "end") process.exit(1);
    return { items: 1, units: 0.5 };
  },
  readObjects: async ([key = ""]) => ({
    counts: { read: 1, handled: 1, filtered: 0, undecodable: 0, younger: 0, unknown: 0, unreadable: 0 },
    problems: [key, setup, ...(wanted.nodes ?? [])],
    firstMs: undefined,
  }),
  endReading: async () => folder,
  partitionsIn: async () => [0],
  explainObjects: async () => [],
  comparePartition: async () => {
    const { counts, archived, stored } = new Totals();
    const sums = { archived: archived.toString(), stored: stored.toString() };
    return { counts, isDifferent: false, differences: [], ...sums };
  },
};

if (parentPort !== null) serveWork(parentPort, Promise.resolve(work));
