import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** What some calls took. */
export interface Metered {
  readonly ms: number;
  readonly calls: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  /** Bytes of the answers. */
  readonly bytes: number;
}

/** What a call of DynamoDB says it consumed: of one table, or of several. */
interface Capacity {
  readonly CapacityUnits?: number;
}

const READS = new Set(["GetItemCommand", "BatchGetItemCommand", "QueryCommand", "ScanCommand"]);

/** Counts what a client's calls consume, by the word of the tables. */
export class Meter {
  #calls = 0;
  #readUnits = 0;
  #writeUnits = 0;
  #bytes = 0;

  constructor(client: DynamoDBClient) {
    client.middlewareStack.add(
      (next, { commandName = "" }) =>
        async (args) => {
          Object.assign(args.input, { ReturnConsumedCapacity: "TOTAL" });
          const result = await next(args);
          this.#calls += 1;
          const units = unitsOf(result.output);
          if (READS.has(commandName)) this.#readUnits += units;
          else this.#writeUnits += units;
          return result;
        },
      { step: "initialize" },
    );
    client.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        this.#bytes += bytesOf(result.response);
        return result;
      },
      { step: "deserialize", priority: "low" },
    );
  }

  /** Does something, and tells what it took besides giving its result. */
  async measure<Result>(work: () => Promise<Result>): Promise<Metered & { readonly result: Result }> {
    const [calls, readUnits, writeUnits, bytes] = [
      this.#calls,
      this.#readUnits,
      this.#writeUnits,
      this.#bytes,
    ];
    const startedMs = performance.now();
    const result = await work();
    return {
      result,
      ms: performance.now() - startedMs,
      calls: this.#calls - calls,
      readUnits: this.#readUnits - readUnits,
      writeUnits: this.#writeUnits - writeUnits,
      bytes: this.#bytes - bytes,
    };
  }
}

function unitsOf(output: object): number {
  const consumed = "ConsumedCapacity" in output ? output.ConsumedCapacity : undefined;
  return [consumed]
    .flat()
    .reduce((sum: number, one) => sum + ((one as Capacity | undefined)?.CapacityUnits ?? 0), 0);
}

function bytesOf(response: unknown): number {
  if (typeof response !== "object" || response === null || !("headers" in response)) return 0;
  const headers = response.headers as Readonly<Record<string, string>>;
  return Number(headers["content-length"] ?? 0);
}

const KIB = 1024;

/** Columns of {@link meteredRow}. */
export const METERED_HEADER = ["what", "ms", "calls", "read units", "write units", "KiB read"];

/** A row of a table of what things took. */
export function meteredRow(
  what: string,
  { ms, calls, readUnits, writeUnits, bytes }: Metered,
): (string | number)[] {
  const short = (value: number) => Number(value.toFixed(value < 10 ? 1 : 0));
  return [what, short(ms), calls, short(readUnits), short(writeUnits), short(bytes / KIB)];
}
