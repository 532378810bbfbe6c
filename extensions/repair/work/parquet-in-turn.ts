/**
 * Returns what reads objects at once, but those of Parquet one after the other: each of these is in memory as
 * a whole.
 */
export function parquetInTurn(): <Result>(key: string, read: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (key, read) => {
    if (!key.endsWith(".parquet")) return read();
    const done = last.then(read);
    last = done.catch(() => undefined);
    return done;
  };
}
