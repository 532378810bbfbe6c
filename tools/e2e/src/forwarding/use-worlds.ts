import { afterEach } from "@jest/globals";
import { startTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { startReceiver } from "@rainhooks/testing/receiver";
import { createForwardTables, ForwardWorld, type WorldOptions } from "./forward-world.ts";
import { startRecovery } from "./recovery.ts";

/** What a receiver responds. */
export type Respond = NonNullable<Parameters<typeof startReceiver>[0]>;

/** Worlds and receivers of a test, which end with it. */
export function useWorlds() {
  const stops: (() => unknown)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });
  const newParts = async (options: WorldOptions) => {
    const tables = await startTables();
    stops.push(() => tables.stop());
    await createForwardTables(tables);
    const world = new ForwardWorld(tables, options);
    stops.push(() => world.stop());
    return { world, tables };
  };
  return {
    stops,
    newWorld: async (options: WorldOptions = {}) => (await newParts(options)).world,
    /** A world whose stage archives alerts, and its recovery. */
    newArchivingWorld: async (options: WorldOptions = {}) => {
      const { world, tables } = await newParts({ archived: ["rmaker.event.alert"], ...options });
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
