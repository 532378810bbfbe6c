import type { SetSettings } from "@rainhooks/webhook/settings/set-settings";
import { settingVariable } from "@rainhooks/webhook/settings/setting";
import type { FunctionSettings } from "./function-options.ts";

/** Name of the setting with the subnets that a function may call although they are not public. */
const SETTING = "allowPrivate";

/** Lets functions call receivers on this machine, unless their settings say otherwise. */
export function withPrivateReceivers(
  settingsOf: (definition: FunctionSettings) => SetSettings,
): (definition: FunctionSettings) => SetSettings {
  return (definition) => {
    const set = settingsOf(definition);
    const setting = Object.hasOwn(definition.settings, SETTING) ? definition.settings[SETTING] : undefined;
    if (setting?.kind !== "list") return set;
    const variable = settingVariable(SETTING, setting);
    return { ...set, variables: { [variable]: "all", ...set.variables } };
  };
}
