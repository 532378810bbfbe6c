import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Dynalite, ResponseError } from "dynalite";

/** Operations whose outputs have no other types than JSON and bytes. */
const OF_ITEMS = /^(Get|Put|Update|Delete|BatchGet|BatchWrite)ItemCommand$|^(Query|Scan)Command$/;

/** What the protocol of a client reads of an operation that has failed. */
const NO_OUTPUT = { output: "unit" };

/** How clients reach a server of this process. */
export interface InProcess {
  /**
   * Lets a client perform operations on items without a connection, behind all middleware of its
   * first step. Others connect.
   */
  connect(client: DynamoDBClient): void;
  /** Waits until no operation is being performed: nobody may wait for it any more. */
  settled(): Promise<void>;
}

/**
 * Lets clients reach a server of this process without HTTP: a call takes a third to a half of the
 * processor time.
 */
export function inProcess(server: Dynalite): InProcess {
  const performing = new Set<Promise<unknown>>();
  const perform = (operation: string, input: unknown) =>
    new Promise<unknown>((resolve, reject) => {
      server.perform(operation, input, (error, output) =>
        error ? reject(error) : resolve(output),
      );
    });
  return {
    connect: ({ config, middlewareStack }) =>
      middlewareStack.add(
        (next, context) => async (args) => {
          const { commandName = "" } = context;
          if (!OF_ITEMS.test(commandName)) return next(args);
          const performed = perform(commandName.replace(/Command$/, ""), toJson(args.input));
          performing.add(performed);
          try {
            const output = Object(fromJson(await performed));
            return { response: {}, output: { ...output, $metadata: { httpStatusCode: 200 } } };
          } catch (error) {
            throw await asServiceError(Object(error), config.protocol);
          } finally {
            performing.delete(performed);
          }
        },
        { step: "initialize", priority: "low", name: "inProcess" },
      ),
    settled: async () => {
      while (performing.size > 0) await Promise.allSettled(performing);
    },
  };
}

/** Returns the error that the client's own protocol makes of an error of the server. */
async function asServiceError(
  error: ResponseError,
  protocol: DynamoDBClient["config"]["protocol"],
): Promise<unknown> {
  const { statusCode, body } = error;
  if (statusCode === undefined) return error;
  const response = { statusCode, headers: {}, body: Buffer.from(JSON.stringify(body)) };
  const { deserializeResponse } = protocol;
  const read: Promise<unknown> = Reflect.apply(deserializeResponse, protocol, [
    NO_OUTPUT,
    {},
    response,
  ]);
  return read.catch((thrown: unknown) => thrown);
}

/** Copies an input as JSON has it: without what is undefined, with bytes in base64. */
function toJson(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map(toJson);
  const copy: Record<string, unknown> = {};
  for (const [key, one] of Object.entries(value)) if (one !== undefined) copy[key] = toJson(one);
  return copy;
}

/**
 * Copies an output, with bytes. An attribute is an object, so that one named B is not mistaken for
 * bytes.
 */
function fromJson(value: unknown, key?: string): unknown {
  if (key === "B" && typeof value === "string") return new Uint8Array(Buffer.from(value, "base64"));
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value))
    return value.map((one) => fromJson(one, key === "BS" ? "B" : undefined));
  const copy: Record<string, unknown> = {};
  for (const [name, one] of Object.entries(value)) copy[name] = fromJson(one, name);
  return copy;
}
