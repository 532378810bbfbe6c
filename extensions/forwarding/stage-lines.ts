import { messageOf } from "@rainhooks/core/errors";
import type { ReachedStage } from "@rainhooks/stage/reached";
import type { Line } from "@rainhooks/stage/terminal/lines";
import { missedText, stateText } from "./commands/destinations/destination-view.ts";
import { readAll } from "./destinations/store.ts";
import { destinationsTable } from "./forwarding-tables.ts";
import { forwardingOf } from "./operations/forwarding-of.ts";

/**
 * Shows the destinations that get no events, or have not got all that they missed. Who may not read them sees
 * the rest.
 */
export async function stageLines(reached: ReachedStage): Promise<Line[]> {
  if (reached.outputs.tables[destinationsTable.name] === undefined) return [];
  try {
    const { destinations, pauses } = await readAll(forwardingOf(reached).table);
    return destinations.flatMap((one): Line[] => {
      const about = one.state === "active" ? missedText(one, pauses) : stateText(one);
      return about === undefined ? [] : [[`destination ${one.id}`, about]];
    });
  } catch (error) {
    return [["destinations", `not known: ${messageOf(error)}`]];
  }
}
