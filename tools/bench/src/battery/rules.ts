import { type FilterRule, systemKey } from "@rainhooks/filter/rule";
import { writeRules } from "@rainhooks/filter/rule-table";
import type { Stage } from "@rainhooks/local/aws/stage/stage";
import { deployedName } from "@rainhooks/webhook/names";

const OTA = systemKey("rmaker.event.user_node_ota");
const ALERT = systemKey("rmaker.event.alert");
const CONNECTED = {
  level: "node",
  entityId: "node0000003",
  eventType: "rmaker.event.node_connected",
} as const;
const CONFIG = {
  level: "user",
  entityId: "user7",
  eventType: "rmaker.event.node_config_changed",
} as const;
const off = { enabled: false, integrations: [] };

/** Rules of a battery: those of the start, and what changes in the middle. */
const FIRST = [OTA, CONNECTED].map((key): FilterRule => ({ ...key, ...off }));
const THEN = [ALERT, CONFIG].map((key): FilterRule => ({ ...key, ...off }));

/**
 * Writes the rules, before a function has read any: those of the start, and changes that begin to
 * hold at a time.
 *
 * @param changeAtMs Epoch milliseconds.
 */
export async function writeFirstRules(stage: Stage, changeAtMs: number): Promise<void> {
  const table = tableOf(stage);
  await writeRules(table, FIRST, [], { fromMs: 0 });
  await writeRules(table, THEN, [CONNECTED], { fromMs: changeAtMs });
}

/** Changes rules while the stage runs: back to what they were. */
export async function changeRules(stage: Stage, round: number): Promise<void> {
  const integrations = [stage.integration];
  const on = THEN.map((rule) => ({ ...rule, enabled: true, integrations }));
  await writeRules(tableOf(stage), round % 2 === 0 ? on : THEN, []);
}

function tableOf({ clients, name }: Stage) {
  return { client: clients.dynamodb, tableName: deployedName(name, "filter-rules") };
}
