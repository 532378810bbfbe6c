import { afterEach } from "@jest/globals";
import { startTables } from "@rainhooks/embedded-dynamodb/test-tables";
import {
  attemptsTable,
  copiesTable,
  destinationsTable,
  outboxTable,
} from "@rainhooks/extensions/forwarding/forwarding-tables";
import { startReceiver } from "@rainhooks/testing/receiver";
import { ForwardWorld, type WorldOptions } from "./forward-world.ts";
import { startRecovery } from "./recovery.ts";

/** What a receiver responds. */
export type Respond = NonNullable<Parameters<typeof startReceiver>[0]>;

/** Worlds and receivers of a test, which end with it. */
export function useWorlds() {
  const stops: (() => unknown)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });
  return {
    stops,
    newWorld: async (options: WorldOptions = {}): Promise<ForwardWorld> => {
      const tables = await startTables();
      stops.push(() => tables.stop());
      for (const table of [attemptsTable, copiesTable, destinationsTable, outboxTable])
        await tables.create(table);
      const world = new ForwardWorld(tables, options);
      stops.push(() => world.stop());
      return world;
    },
    /** A world whose stage archives alerts, and its recovery. */
    newArchivingWorld: async (options: WorldOptions = {}) => {
      const tables = await startTables();
      stops.push(() => tables.stop());
      for (const table of [attemptsTable, copiesTable, destinationsTable, outboxTable])
        await tables.create(table);
      const world = new ForwardWorld(tables, { archived: ["rmaker.event.alert"], ...options });
      stops.push(() => world.stop());
      const recovery = await startRecovery(world, tables);
      stops.push(() => recovery.stop());
      return { world, recovery };
    },
    receiving: async (respond?: Respond, certificate?: Parameters<typeof startReceiver>[1]) => {
      const receiver = await startReceiver(respond, certificate);
      stops.push(() => receiver.stop());
      return receiver;
    },
  };
}
