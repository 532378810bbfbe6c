import { otherSlot } from "@rainhooks/dynamodb/slots/slot";
import type { StoreState } from "../../rebuild/rebuild-state.ts";

const PHASES = {
  copying: "the live rows are being copied to the other tables",
  filling: "the other tables are being filled from the archive",
  filled: "the other tables are filled",
  switched: 'both are written until "rebuild drop"',
  dropping: "the items of the other tables are being deleted",
} as const;

/** Says which tables of a store are live, and where a rebuild is. */
export function stateText({ live, both, rebuild }: StoreState): string {
  const isNew = rebuild !== undefined && rebuild.to === live;
  const which = rebuild?.phase === "switched" ? (isNew ? ", the rebuilt one" : ", the old one again") : "";
  const slot = `slot ${live} is live${which}`;
  if (rebuild === undefined) return `${slot}; slot ${otherSlot(live)} is not used`;
  return `${slot}; ${PHASES[rebuild.phase]}${both || rebuild.phase === "dropping" ? "" : ", which no function writes to yet"}`;
}
