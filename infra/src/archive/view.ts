import type { GlueCatalogTableConfig } from "@cdktf/provider-aws/lib/glue-catalog-table/index.js";
import { ARCHIVE_COLUMNS, DELIVERIES_VIEW } from "@rainhooks/archive/archive-columns";
import type { StageConfig } from "../config.ts";

/** Types of columns in Athena's SQL, by their names in a Hive catalog. */
const ATHENA_TYPES = {
  string: "varchar",
  bigint: "bigint",
  "map<string,string>": "map(varchar, varchar)",
} as const;

/** Returns true if lines of the archive can be notifications: SNS writes to Firehose itself, or did. */
export function hasNotifications({ archive = {}, functions = {} }: StageConfig): boolean {
  return (
    archive.notifications === true || Object.values(functions).some(({ delivery }) => delivery === "firehose")
  );
}

/**
 * Returns the view of the archive's lines as the Glue catalog keeps Athena's views: its SQL and columns as
 * JSON in base64. Source: what Athena writes into the catalog for CREATE VIEW.
 */
export function deliveriesView(
  database: string,
): Pick<
  GlueCatalogTableConfig,
  "tableType" | "parameters" | "viewOriginalText" | "viewExpandedText" | "storageDescriptor"
> {
  const hour = { name: "hour", type: "string" } as const;
  const columns = [...ARCHIVE_COLUMNS, hour];
  const view = {
    originalSql: DELIVERIES_VIEW,
    catalog: "awsdatacatalog",
    schema: database,
    columns: columns.map(({ name, type }) => ({ name, type: ATHENA_TYPES[type] })),
  };
  return {
    tableType: "VIRTUAL_VIEW",
    parameters: { presto_view: "true", comment: "Presto View" },
    viewOriginalText: `/* Presto View: ${Buffer.from(JSON.stringify(view)).toString("base64")} */`,
    viewExpandedText: "/* Presto View */",
    storageDescriptor: { columns: [...columns] },
  };
}
