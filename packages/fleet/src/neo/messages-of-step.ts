import { isJsonObject, type JsonObject, type JsonValue, SECOND_MS } from "@rainhooks/core";
import type { NodeMessage } from "../play.ts";
import type { NodeStep } from "../step.ts";

type Say = Extract<NodeStep, { readonly kind: "say" }>;

/** Data types that a reading of Neo can have. Source: espressif/esp-rainmaker-neo, docs/api/MQTT_Node.yaml, TimeseriesData. */
const DATA_TYPES: readonly unknown[] = ["bool", "int", "float", "string"];

/**
 * Returns the messages with which a node of RainMaker Neo says what one of classic RainMaker says otherwise. Of alerts and updates of its firmware, Neo learns nothing that is an
 * event, so they have none.
 */
export function neoMessagesOf({ nodeId, topic, payload }: Say): NodeMessage[] {
  const shadow = (name: string, reported: JsonObject): NodeMessage[] => [
    { topic: `$aws/things/${nodeId}/shadow/name/${name}/update`, payload: { state: { reported } } },
  ];
  switch (topic) {
    case "config":
      return shadow("iparams", { data: { device: { t: identityOf(payload) } }, online: true });
    case "params/local/init":
      return shadow("params-", { params: payload, online: true });
    case "params/local":
      return shadow("params-", { params: payload });
    case "tsdata":
    case "simple_tsdata":
      return readingsOf(payload).map((reading) => ({
        topic: `$aws/rules/node_ts_rule/rainmaker/nodes/${nodeId}/ts/-`,
        payload: reading,
      }));
    default:
      return [];
  }
}

function identityOf({ info }: JsonObject): JsonObject {
  const { type = null, model = null, fw_version = null } = isJsonObject(info) ? info : {};
  return { type, model, fw_version };
}

/** A node of Neo sends each reading by itself, with milliseconds. */
function readingsOf(payload: JsonObject): JsonObject[] {
  const { ts_data: list } = payload;
  const series: JsonValue[] = Array.isArray(list) ? list : [{ ...payload, records: [payload] }];
  return series.filter(isJsonObject).flatMap(({ name = null, dt = null, records }) =>
    (Array.isArray(records) ? records : []).filter(isJsonObject).flatMap(({ t, v = null }): JsonObject[] => {
      if (!DATA_TYPES.includes(dt)) return [];
      return [{ k: name, dt, t: Number(t) * SECOND_MS, v, tz: "UTC" }];
    }),
  );
}
