import { appendFile, readFile, rm, truncate } from "node:fs/promises";

/**
 * Stores the records that a stream has accepted but not yet written to S3, so that none is lost
 * when the stage crashes.
 */
export interface Journal {
  append(records: readonly Buffer[]): Promise<void>;
  /** Deletes all records, after they have been written. */
  clear(): Promise<void>;
}

const LENGTH_BYTES = 4;

/** Opens a stream's journal, with the records that an earlier run accepted but did not write. */
export async function openJournal(path: string): Promise<{ journal: Journal; records: Buffer[] }> {
  const { records, bytes } = await readRecords(path);
  let size = bytes;
  const cutOff = () => truncate(path, size).catch(ignoreMissing);
  await cutOff();
  return {
    records,
    journal: {
      append: async (some) => {
        const data = Buffer.concat(some.flatMap(framed));
        try {
          await appendFile(path, data, { mode: 0o600 });
          size += data.length;
        } catch (error) {
          // The record may have been written in part, and later records could then not be read.
          await cutOff();
          throw error;
        }
      },
      clear: async () => {
        await rm(path, { force: true });
        size = 0;
      },
    },
  };
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}

function framed(record: Buffer): Buffer[] {
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(record.length);
  return [length, record];
}

/**
 * Reads the complete records and their size. A truncated last record was never acknowledged, so its
 * sender sends it again.
 */
async function readRecords(path: string): Promise<{ records: Buffer[]; bytes: number }> {
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
  return { records, bytes: at };
}
