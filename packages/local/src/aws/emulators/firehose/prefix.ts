import { randomBytes } from "node:crypto";

/** The values that a prefix's expressions may use. */
interface PrefixFacts {
  /** Arrival time of the oldest record in the object, epoch milliseconds. */
  readonly arrivedAtMs: number;
  /** Name of the failure, for an error prefix. */
  readonly errorOutputType?: string;
}

const EXPRESSION = /!\{([^}:]{0,64}):([^}]{0,256})\}/g;
const DEFAULT_PATTERN = "yyyy/MM/dd/HH/";

/**
 * Evaluates an object prefix as Firehose does, in UTC. `yyyy/MM/dd/HH/` is appended to a prefix without
 * expressions. Source: Amazon Data Firehose developer guide, "Understand custom prefixes for Amazon S3
 * objects".
 *
 * @throws {TypeError} for an expression that is not supported.
 */
export function evaluatePrefix(prefix: string, facts: PrefixFacts): string {
  if (!prefix.includes("!{")) return prefix + formatUtc(DEFAULT_PATTERN, facts.arrivedAtMs);
  return prefix.replace(EXPRESSION, (expression, namespace, value) => {
    if (namespace === "timestamp") return formatUtc(value, facts.arrivedAtMs);
    if (namespace === "firehose" && value === "random-string") return randomBytes(8).toString("base64url");
    if (namespace === "firehose" && value === "error-output-type" && facts.errorOutputType !== undefined) {
      return facts.errorOutputType;
    }
    throw new TypeError(`The prefix expression ${expression} is not supported on the local stage.`);
  });
}

const FIELDS: Readonly<Record<string, (date: Date) => string>> = {
  yyyy: (date) => String(date.getUTCFullYear()).padStart(4, "0"),
  MM: (date) => twoDigits(date.getUTCMonth() + 1),
  dd: (date) => twoDigits(date.getUTCDate()),
  HH: (date) => twoDigits(date.getUTCHours()),
  mm: (date) => twoDigits(date.getUTCMinutes()),
  ss: (date) => twoDigits(date.getUTCSeconds()),
};

/**
 * Formats a time with those fields of Java's DateTimeFormatter that are useful in a path; literal text is in
 * single quotes.
 */
export function formatUtc(pattern: string, atMs: number): string {
  const date = new Date(atMs);
  return pattern.replace(/'([^']*)'|([A-Za-z])\2*/g, (match, quoted) => {
    if (quoted !== undefined) return quoted;
    const field = FIELDS[match];
    if (field === undefined)
      throw new TypeError(`The time field ${match} is not supported on the local stage.`);
    return field(date);
  });
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
