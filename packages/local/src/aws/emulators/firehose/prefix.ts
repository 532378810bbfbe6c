import { randomBytes } from "node:crypto";

const EXPRESSION = /!\{([^}:]{0,64}):([^}]{0,256})\}/g;
const DEFAULT_PATTERN = "yyyy/MM/dd/HH/";

/**
 * Evaluates an object prefix as Firehose does, in UTC. `yyyy/MM/dd/HH/` is appended to a prefix without
 * expressions. Source: Amazon Data Firehose developer guide, "Understand custom prefixes for Amazon S3
 * objects".
 *
 * @param arrivedAtMs Arrival time of the oldest record in the object, epoch milliseconds.
 * @throws {TypeError} for an expression that is not supported.
 */
export function evaluatePrefix(prefix: string, arrivedAtMs: number): string {
  if (!prefix.includes("!{")) return prefix + formatUtc(DEFAULT_PATTERN, arrivedAtMs);
  return prefix.replace(EXPRESSION, (expression, namespace, value) => {
    if (namespace === "timestamp") return formatUtc(value, arrivedAtMs);
    if (namespace === "firehose" && value === "random-string") return randomBytes(8).toString("base64url");
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
