import { EVENT_TYPES } from "@rainhooks/core/catalog";
import { RainhooksError } from "@rainhooks/core/errors";
import { STORES } from "@rainhooks/stage/tables/store-names";
import * as v from "valibot";

/** Changes when a command and a function that differ would not understand each other. */
const VERSION = 5;

const names = v.record(v.string(), v.string());
const subscribed = v.object({
  topics: names,
  filterPolicy: v.optional(v.record(v.string(), v.array(v.string()))),
});

/** What was in force for a store, by which deliveries are judged. */
const judged = v.object({
  /** Settings of the webhook. */
  settings: v.record(v.string(), v.number()),
  integration: v.string(),
  webhook: v.object({
    events: v.array(v.picklist(EVENT_TYPES)),
    filtered: v.boolean(),
    subscribed,
    sinceMs: v.number(),
  }),
});

/**
 * What all calls of a job have in common. Names of tables and buckets are in the function's
 * environment.
 */
const setup = v.object({
  /** Id of the job: the folder of its files. */
  job: v.pipe(v.string(), v.uuid()),
  store: v.optional(v.picklist(STORES)),
  judged: v.optional(judged),
  /** Which nodes are verified. @defaultValue all */
  nodes: v.optional(v.array(v.string())),
  /** Who holds the rebuild. Nobody holds a verification. */
  runner: v.optional(v.string()),
});

const request = v.object({
  version: v.number(),
  setup,
  /** Name of a method. */
  name: v.string(),
  args: v.array(v.unknown()),
});

export type WorkSetup = v.InferOutput<typeof setup>;

type Request = v.InferOutput<typeof request>;

/** What of a setup can be sent: lists that nobody changes, too. */
export type SetupJson = Unchanged<WorkSetup>;

/** A call of a method, as it is sent to a function. */
export type WorkRequest = Unchanged<Request>;

type Unchanged<T> = T extends object ? { readonly [Key in keyof T]: Unchanged<T[Key]> } : T;

/** What can be sent of an error. */
export type ErrorJson = Pick<
  RainhooksError,
  "code" | "message" | "permanent" | "mistakes" | "hint"
>;

/** What a function returns: the result of the method, or why there is none. */
export interface WorkReply {
  readonly result?: unknown;
  /** To which partitions the method has written. */
  readonly partitions?: readonly number[];
  readonly error?: ErrorJson;
}

/** Returns what can be sent of an error. */
export function errorJson({ code, message, permanent, mistakes, hint }: RainhooksError): ErrorJson {
  return { code, message, permanent, mistakes, hint };
}

/** Returns an error that was sent. */
export function errorOf({ code, message, ...details }: ErrorJson): RainhooksError {
  return new RainhooksError(code, message, details);
}

/** Makes the request for a call. */
export function workRequest(of: SetupJson, name: string, args: readonly unknown[]): WorkRequest {
  return { version: VERSION, setup: of, name, args };
}

/**
 * Reads a request.
 *
 * @throws {RainhooksError} `input-invalid` if it is none, or from another version.
 */
export function readWorkRequest(event: unknown): Request {
  const parsed = v.safeParse(request, event);
  if (parsed.success && parsed.output.version === VERSION) return parsed.output;
  throw new RainhooksError(
    "input-invalid",
    "The function of the stage has another version than this command. Deploy the stage with the version of the command.",
    { permanent: true },
  );
}
