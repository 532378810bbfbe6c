import { RainhooksError } from "@rainhooks/core/errors";
import { describeValue, isJsonObject, tryParseJson } from "@rainhooks/core/json";
import type { TARGET_KINDS } from "./kinds.ts";

/** Something in AWS that events are sent to, instead of a URL. */
export interface Target {
  readonly kind: keyof typeof TARGET_KINDS;
  readonly arn: string;
  readonly region: string;
  /** URL of a queue; of the others, the ARN. */
  readonly address: string;
}

const SCHEME = "target:";
const NAME = /^[a-z][a-z0-9-]{0,29}$/;
/** Maximum number of targets of a stage. */
const MAX_TARGETS = 50;

/**
 * Returns the name of the target that a destination has in place of a URL, such as `orders` of
 * `target:orders`; `undefined` for a URL.
 */
export function targetNameOf(url: string): string | undefined {
  const name = url.slice(SCHEME.length);
  return url.startsWith(SCHEME) && NAME.test(name) ? name : undefined;
}

/**
 * Reads the ARN of a queue, a topic, an event bus or a function.
 *
 * @throws {RainhooksError} `config-invalid` for anything else.
 */
export function readTarget(arn: string): Target {
  const [prefix, partition, service = "", region = "", account = "", ...rest] = arn.split(":");
  const kind = kindOf(service, rest);
  if (
    prefix !== "arn" ||
    !partition ||
    !/^[a-z0-9-]+$/.test(region) ||
    !/^\d{12}$/.test(account) ||
    !kind
  )
    throw new RainhooksError(
      "config-invalid",
      `${describeValue(arn)} is not the ARN of an SQS queue, an SNS topic, a classic EventBridge bus or a Lambda function.`,
    );
  const domain = partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
  const address = kind === "queue" ? `https://sqs.${region}.${domain}/${account}/${rest[0]}` : arn;
  return { kind, arn, region, address };
}

function kindOf(
  service: string,
  [first = "", second = ""]: readonly string[],
): Target["kind"] | undefined {
  if (service === "sqs" && first !== "") return "queue";
  if (service === "sns" && first !== "") return "topic";
  if (service === "events" && first.startsWith("event-bus/")) return "bus";
  return service === "lambda" && first === "function" && second !== "" ? "function" : undefined;
}

/**
 * Reads the targets of a stage from JSON: an object of ARNs by name.
 *
 * @throws {RainhooksError} `config-invalid`.
 */
export function parseTargets(text: string): ReadonlyMap<string, Target> {
  const value = tryParseJson(text);
  const entries = isJsonObject(value) ? Object.entries(value) : undefined;
  if (entries === undefined || entries.length > MAX_TARGETS)
    throw new RainhooksError(
      "config-invalid",
      `Targets are an object of up to ${MAX_TARGETS} ARNs by name.`,
    );
  return new Map(
    entries.map(([name, arn]) => {
      if (NAME.test(name)) return [name, readTarget(String(arn))];
      const rule = `up to 30 lower-case letters, digits and dashes, a letter first, not ${describeValue(name)}`;
      throw new RainhooksError("config-invalid", `The name of a target is ${rule}.`);
    }),
  );
}
