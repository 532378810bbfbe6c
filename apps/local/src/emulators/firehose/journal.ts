import { appendFile, readFile, rm } from "node:fs/promises";

/** Keeps the records that a stream has accepted but not yet written to S3, so that a stage that dies loses none. */
export interface Journal {
  append(records: readonly Buffer[]): Promise<void>;
  /** Forgets all records, after they have been written out. */
  clear(): Promise<void>;
}

const LENGTH_BYTES = 4;

/** Opens a stream's journal, with the records that an earlier run accepted but did not write out. */
export async function openJournal(path: string): Promise<{ journal: Journal; records: Buffer[] }> {
  return {
    records: await readRecords(path),
    journal: {
      append: (some) => appendFile(path, Buffer.concat(some.flatMap(framed)), { mode: 0o600 }),
      clear: () => rm(path, { force: true }),
    },
  };
}

function framed(record: Buffer): Buffer[] {
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(record.length);
  return [length, record];
}

/** A record cut off at the end was never acknowledged: whoever sent it sends it again. */
async function readRecords(path: string): Promise<Buffer[]> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return Buffer.alloc(0);
    throw error;
  });
  const records: Buffer[] = [];
  let at = 0;
  while (at + LENGTH_BYTES <= bytes.length) {
    const end = at + LENGTH_BYTES + bytes.readUInt32BE(at);
    if (end > bytes.length) break;
    records.push(bytes.subarray(at + LENGTH_BYTES, end));
    at = end;
  }
  return records;
}
