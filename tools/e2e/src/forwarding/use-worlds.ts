import { startTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { useReceivers } from "@rainhooks/extensions/forwarding/testing/receivers";
import { createForwardTables, ForwardWorld, type WorldOptions } from "./forward-world.ts";
import { startRecovery } from "./recovery.ts";

/** Worlds and receivers of a test, which end with it. */
export function useWorlds() {
  const { stops, receiving } = useReceivers();
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
    receiving,
  };
}
