import { readFile } from "node:fs/promises";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";

const FILE = "file:";
const SSM = "ssm:";

/**
 * Fetches a secret value.
 *
 * @param reference `ssm:<name of a parameter>`, or `file:<path>#<key>` for the line `<key>=<value>`
 * of a file.
 * @throws {RainhooksError} `secret-unavailable` with the reference, and without the value.
 */
export async function fetchSecret(reference: string): Promise<string> {
  try {
    if (reference.startsWith(SSM)) return await fromSystemsManager(reference.slice(SSM.length));
    if (reference.startsWith(FILE)) return await fromFile(reference.slice(FILE.length));
  } catch (error) {
    if (error instanceof RainhooksError) throw error;
    throw new RainhooksError(
      "secret-unavailable",
      `The secret at ${reference} cannot be read: ${messageOf(error)}`,
    );
  }
  throw new RainhooksError(
    "secret-unavailable",
    `The location of a secret must begin with ${SSM} or ${FILE}. Is it the value itself? It is not shown here.`,
  );
}

/**
 * Loaded only for webhooks that have secrets: a function without them does not pay for the client
 * at start.
 */
async function fromSystemsManager(name: string): Promise<string> {
  const { GetParameterCommand, SSMClient } = await import("./ssm-client.ts");
  const { Parameter } = await new SSMClient({}).send(
    new GetParameterCommand({ Name: name, WithDecryption: true }),
  );
  return Parameter?.Value ?? "";
}

async function fromFile(place: string): Promise<string> {
  const at = place.lastIndexOf("#");
  const path = place.slice(0, at);
  const key = place.slice(at + 1);
  const value = secretLines(await readFile(path, "utf8")).get(key);
  if (value !== undefined) return value;
  throw new RainhooksError("secret-unavailable", `${path} has no line ${key}=…`);
}

/** Reads lines `<key>=<value>`. Empty lines and lines that begin with # are left out. */
export function secretLines(text: string): Map<string, string> {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const at = line.indexOf("=");
      return at === -1 ? [line.trim(), ""] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    }),
  );
}
