import { SHIPPED } from "@rainhooks/app-list";
import type { FunctionDefinition } from "@rainhooks/webhook/define-function";
import { tableOf } from "./markdown.ts";

const HEAD = `# Settings of the functions

What a stage can set of each function under \`functions.<name>.settings\` in its file, or \`--set <name>.<setting>=<value>\` of \`npm start\`. How a webhook of your own
has settings is said in [settings.md](settings.md).

This page is made from the definitions by \`npm run reference\`.
`;

type Setting = FunctionDefinition["settings"][string];

/** Returns the text of docs/function-settings.md. */
export function settingsPage(): string {
  const parts = SHIPPED.flatMap((one) => {
    const settings = Object.entries(one.settings);
    if (settings.length === 0) return [];
    const rows = settings.map(([name, setting]) => [
      `\`${name}\``,
      setting.kind ?? "number",
      defaultOf(setting),
      rangeOf(setting),
      (setting.description ?? "").replaceAll("|", "\\|"),
    ]);
    const table = tableOf(["setting", "kind", "default", "from, to", ""], rows);
    return [`## ${one.name}\n\n${one.description}\n\n${table}\n`];
  });
  return [HEAD, ...parts].join("\n");
}

function defaultOf(setting: Setting): string {
  if (!("default" in setting) || setting.default === undefined) return "must be set";
  const text = Array.isArray(setting.default) ? setting.default.join(",") : String(setting.default);
  return text === "" ? "empty" : `\`${text}\``;
}

function rangeOf(setting: Setting): string {
  if (!("min" in setting || "max" in setting)) return "";
  const { min, max } = setting as {
    readonly min?: number | string;
    readonly max?: number | string;
  };
  return `${min ?? ""} – ${max ?? ""}`;
}
