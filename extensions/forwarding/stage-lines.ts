import { messageOf } from "@rainhooks/core/errors";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import type { Line } from "@rainhooks/stage/terminal/format-table";
import { readAll } from "./destinations/store.ts";
import { destinationsTable } from "./forwarding-tables.ts";
import { forwardingOf } from "./operations/forwarding-of.ts";
import { missedText, stateText } from "./views/destination-view.ts";

/**
 * Shows the destinations that get no events, or have not got all that they missed. Who may not read
 * them sees the rest.
 */
export async function stageLines(access: StageAccess): Promise<Line[]> {
  if (access.outputs.tables[destinationsTable.name] === undefined) return [];
  try {
    const { destinations, pauses } = await readAll(forwardingOf(access).table);
    return destinations.flatMap((one): Line[] => {
      const about = one.state === "active" ? missedText(one, pauses) : stateText(one);
      return about === undefined ? [] : [[`destination ${one.id}`, about]];
    });
  } catch (error) {
    return [["destinations", `not known: ${messageOf(error)}`]];
  }
}
