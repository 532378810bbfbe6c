import type { Series } from "@rainhooks/core/decode/time-series";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { isJsonObject, type JsonValue } from "@rainhooks/core/json";
import { alertText } from "@rainhooks/node-status/fields/last-alert";
import { valueText } from "./numbers.ts";
import { shortenText } from "./terminal/printable.ts";

/** Values that are named of one event, and characters of each. */
const MAX_VALUES = 5;
const MAX_TEXT = 60;
/** Fields that say about whom an event is, which stands beside it, and what has no name. */
const LEFT_OUT = new Set(["userId", "nodeId", "nodeIds", "extra", "requestId", "connectivity"]);

/** Returns in a few words what an event says, such as `Temperature 24.7`: text of a device. */
export function eventSummary(event: RainmakerEvent): string {
  switch (event.type) {
    case "rmaker.event.node_connected":
      return "online";
    case "rmaker.event.node_disconnected":
      return "offline";
    case "rmaker.event.alert":
      return alertText(event.data.message);
    case "rmaker.event.node_ts_data":
      return joined(event.data.series.map(readingText));
    case "rmaker.event.node_params_changed":
      return valuesText(event.data.params);
    case "rmaker.event.node_config_changed": {
      const info = event.data.config?.["info"];
      const { fw_version: firmware, name } = isJsonObject(info) ? info : {};
      return joined([firmware && `firmware ${shown(firmware)}`, name && `name ${shown(name)}`]);
    }
    default:
      return joined(
        Object.entries(event.data).map(([name, value]) =>
          value === undefined || LEFT_OUT.has(name) ? undefined : `${name} ${shown(value)}`,
        ),
      );
  }
}

/** The last value of a series, without the name of the device before that of the parameter. */
function readingText({ name, records }: Series): string | undefined {
  const last = records.at(-1);
  return last === undefined
    ? undefined
    : `${name.slice(name.lastIndexOf(".") + 1)} ${shown(last.value)}`;
}

/** Parameters by their devices. */
function valuesText(params: JsonValue): string {
  const devices = isJsonObject(params) ? Object.values(params) : [];
  const values = devices.flatMap((device) => (isJsonObject(device) ? Object.entries(device) : []));
  return joined(values.map(([name, value]) => `${name} ${shown(value)}`));
}

function shown(value: unknown): string {
  return shortenText(valueText(value), MAX_TEXT);
}

function joined(texts: readonly unknown[]): string {
  const named = texts.filter((one) => typeof one === "string" && one !== "");
  const more = named.length - MAX_VALUES;
  return `${named.slice(0, MAX_VALUES).join(", ")}${more > 0 ? `, and ${more} more` : ""}`;
}
