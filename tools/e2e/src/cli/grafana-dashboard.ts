import { readFileSync } from "node:fs";
import * as v from "valibot";

/** A query of a panel: its URL with variables, and the fields that it reads of each row. */
export interface DashboardQuery {
  readonly title: string;
  readonly url: string;
  /** Where the rows are; "" for the result itself. */
  readonly root: string;
  readonly fields: readonly string[];
}

const dashboard = v.object({
  panels: v.array(
    v.object({
      title: v.string(),
      targets: v.array(
        v.object({
          url: v.string(),
          root_selector: v.string(),
          columns: v.array(v.object({ selector: v.string() })),
        }),
      ),
    }),
  ),
});

/** Reads the queries of the dashboard for Grafana. */
export function dashboardQueries(): DashboardQuery[] {
  const file = new URL("../../../../docs/grafana/fleet.json", import.meta.url);
  const { panels } = v.parse(dashboard, JSON.parse(readFileSync(file, "utf8")));
  return panels.flatMap(({ title, targets }) =>
    targets.map(({ url, root_selector: root, columns }) => ({
      ...{ title, url, root },
      fields: columns.map(({ selector }) => selector),
    })),
  );
}

/** Replaces the variables in a URL, as Grafana does. */
export function withVariables(url: string, values: Readonly<Record<string, string>>): string {
  return url.replace(/\$\{(\w+)(:percentencode)?\}/g, (_, name: string, isEncoded?: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`The dashboard has an unknown variable ${name}.`);
    return isEncoded === undefined ? value : encodeURIComponent(value);
  });
}

/** Returns the rows of a result, and of each the value of a field, such as `config.name`. */
export function fieldOf(result: unknown, root: string, field: string): unknown[] {
  const rows = root === "" ? [result] : at(result, root);
  if (!Array.isArray(rows)) throw new Error(`There is no list ${root}.`);
  return rows.map((row) => at(row, field));
}

function at(value: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (part, name) =>
        typeof part === "object" && part !== null
          ? Object.entries(part).find(([key]) => key === name)?.[1]
          : undefined,
      value,
    );
}
