import { readFileSync } from "node:fs";

/**
 * A query of a panel: its URL with variables, where its rows are, and the fields that it reads of
 * each row.
 */
export interface DashboardQuery {
  readonly url: string;
  /** "" for the result itself. */
  readonly root_selector: string;
  readonly columns: readonly { readonly selector: string }[];
}

/** Reads the queries of the dashboard for Grafana, each with the title of its panel. */
export function dashboardQueries(): (readonly [title: string, query: DashboardQuery])[] {
  const file = new URL("../../../../docs/grafana/fleet.json", import.meta.url);
  const { panels } = JSON.parse(readFileSync(file, "utf8")) as {
    readonly panels: readonly {
      readonly title: string;
      readonly targets: readonly DashboardQuery[];
    }[];
  };
  return panels.flatMap(({ title, targets }) => targets.map((query) => [title, query] as const));
}

/** Replaces the variables in a URL, as Grafana does. */
export function withVariables(url: string, values: Readonly<Record<string, string>>): string {
  return url.replace(/\$\{(\w+)(:percentencode)?\}/g, (_, name: string, isEncoded?: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`The dashboard has an unknown variable ${name}.`);
    return isEncoded === undefined ? value : encodeURIComponent(value);
  });
}

/** Returns the value of a field, such as `config.name`. */
export function fieldOf(value: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (part, name) => (part as Readonly<Record<string, unknown>> | undefined)?.[name],
      value,
    );
}
