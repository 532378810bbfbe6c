import { isJsonObject } from "@rainhooks/core/json";
import type { Source } from "../source.ts";
import { readableAsIs } from "./field.ts";
import { newestField } from "./newest-field.ts";
import { optionalText } from "./texts.ts";

/** Values from the last configuration that a node reported. */
export interface NodeConfig extends Source {
  readonly name?: string;
  readonly firmware?: string;
  readonly type?: string;
  readonly model?: string;
}

/** The last configuration. A node reports its name, firmware, type and model under `info`. */
export const config = readableAsIs(
  newestField<NodeConfig>(
    (event, { source }) => {
      if (event.type !== "rmaker.event.node_config_changed") return undefined;
      const info = event.data.config?.["info"];
      if (!isJsonObject(info)) return undefined;
      return {
        ...source,
        ...optionalText("name", info["name"]),
        ...optionalText("firmware", info["fw_version"]),
        ...optionalText("type", info["type"]),
        ...optionalText("model", info["model"]),
      };
    },
    (stored) => stored,
  ),
);
