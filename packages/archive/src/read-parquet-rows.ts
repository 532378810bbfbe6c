/** The rows of a Parquet object, and the names of its columns. */
export interface ParquetRows {
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/**
 * Reads the rows of a Parquet object; a 64-bit integer is a bigint, and a map a list or an object.
 *
 * @param wanted Columns to read, as far as there are such. @defaultValue all
 * @throws What hyparquet throws for an object that is broken.
 */
export async function readParquetRows(bytes: Uint8Array, wanted?: readonly string[]): Promise<ParquetRows> {
  const { parquetMetadataAsync, parquetReadObjects, parquetSchema } = await import("hyparquet");
  const file = new Uint8Array(bytes).buffer;
  const metadata = await parquetMetadataAsync(file);
  const columns = parquetSchema(metadata).children.map(({ element }) => element.name);
  const read = columns.filter((name) => wanted?.includes(name) ?? true);
  return { columns, rows: await parquetReadObjects({ file, metadata, columns: read, utf8: true }) };
}
