import type { Archive } from "../objects.ts";
import { openObject } from "./open-object.ts";
import { type ObjectLines, textLines, type WantsLine } from "./text-lines.ts";

/**
 * A line after the last one of any object: there is no more to read of an object that is broken or
 * gone.
 */
const END_OF_OBJECT = Number.MAX_SAFE_INTEGER;
/**
 * Attempts to read an object whose connection breaks; each attempt continues where the last one
 * ended.
 */
const MAX_ATTEMPTS = 4;

/**
 * Reads an object as it comes, in parts of some hundred lines of JSON, gzipped or not. What cannot
 * be read is part of the result, and so is an object that is gone.
 *
 * @param after Lines up to this one are left out.
 * @param wants Lines for which it returns false are not parsed, see {@link WantsLine}.
 * @throws What S3 throws, such as for missing permissions.
 */
export async function* readObjectLines(
  archive: Archive,
  key: string,
  after = 0,
  wants?: WantsLine,
): AsyncGenerator<ObjectLines> {
  if (after >= END_OF_OBJECT) return;
  let done = after;
  for (let attempt = 1; ; attempt += 1) {
    try {
      for await (const part of readOnce(archive, key, done, wants)) {
        done = part.lastLine;
        yield part;
      }
      return;
    } catch (error) {
      const broken = brokenObject(error);
      if (attempt < maxAttempts(error, broken)) continue;
      if (broken === undefined) throw error;
      yield endingWith(key, broken);
      return;
    }
  }
}

async function* readOnce(
  archive: Archive,
  key: string,
  after: number,
  wants: WantsLine | undefined,
): AsyncGenerator<ObjectLines> {
  const opened = await openObject(archive, key);
  if (opened.kind === "text") yield* textLines(key, opened.bytes, after, wants);
  else yield endingWith(key, opened.reason);
}

/** The part of an object that ends there, and why. */
function endingWith(key: string, reason: string): ObjectLines {
  return { key, deliveries: [], unreadable: [{ line: 0, reason }], lastLine: END_OF_OBJECT };
}

/** Returns why an object itself is broken; `undefined` for any other error. */
function brokenObject(error: unknown): string | undefined {
  return fieldOf(error, "code").startsWith("Z_")
    ? `the gzipped object is broken: ${fieldOf(error, "message")}`
    : undefined;
}

/**
 * Errors of the service have been retried by the SDK. A connection that ends too early can look
 * like a broken object.
 */
function maxAttempts(error: unknown, broken: string | undefined): number {
  if (fieldOf(error, "$metadata") !== "") return 1;
  return broken === undefined ? MAX_ATTEMPTS : 2;
}

function fieldOf(error: unknown, name: string): string {
  const fields: object = typeof error === "object" && error !== null ? error : {};
  return String(Reflect.get(fields, name) ?? "");
}
