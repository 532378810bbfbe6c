import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** Time and consumption of DynamoDB calls. */
export interface Metered {
  readonly ms: number;
  readonly calls: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  /** Size of the responses. */
  readonly bytes: number;
}

/** The consumed capacity of one table, as DynamoDB returns it. */
interface Capacity {
  readonly CapacityUnits?: number;
}

const READS = new Set(["GetItemCommand", "BatchGetItemCommand", "QueryCommand", "ScanCommand"]);

/** Measures what the calls of a client consume, from the ConsumedCapacity in their responses. */
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

  /** Runs `work` and returns its result together with its time and consumption. */
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
    .reduce((sum: number, capacity) => sum + ((capacity as Capacity | undefined)?.CapacityUnits ?? 0), 0);
}

function bytesOf(response: unknown): number {
  if (typeof response !== "object" || response === null || !("headers" in response)) return 0;
  const headers = response.headers as Readonly<Record<string, string>>;
  return Number(headers["content-length"] ?? 0);
}

const KIB = 1024;

/** Columns of {@link meteredRow}. */
export const METERED_HEADER = ["work", "ms", "calls", "read units", "write units", "KiB read"];

/** Makes a table row of a measurement. */
export function meteredRow(
  what: string,
  { ms, calls, readUnits, writeUnits, bytes }: Metered,
): (string | number)[] {
  const short = (value: number) => Number(value.toFixed(value < 10 ? 1 : 0));
  return [what, short(ms), calls, short(readUnits), short(writeUnits), short(bytes / KIB)];
}
