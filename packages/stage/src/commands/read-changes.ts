import { wrongInput } from "@rainhooks/core/errors";
import { isJsonObject, type JsonObject, MAX_JSON_DEPTH, parseJson } from "@rainhooks/core/json";
import type { EventChanges } from "@rainhooks/core/present-event";
import type { DataValues } from "./data-option.ts";

/** Options that change the sample of an event. */
interface ChangeOptions {
  readonly node?: string | undefined;
  readonly data?: DataValues | undefined;
}

const MAX_DATA_BYTES = 100_000;
const MAX_NODE_LENGTH = 256;

/**
 * Reads what options change in the sample of an event.
 *
 * @throws {RainhooksError} `input-invalid` for what an event cannot have.
 */
export function readChanges({ node, data }: ChangeOptions): EventChanges {
  return { node: readNode(node), data: readData(data?.json) };
}

function readNode(node: string | undefined): string | undefined {
  if (node === undefined || (node.trim() !== "" && node.length <= MAX_NODE_LENGTH)) return node;
  throw wrongInput(`--node must be the id of a node, with up to ${MAX_NODE_LENGTH} characters.`);
}

function readData(text: string | undefined): JsonObject {
  if (text === undefined) return {};
  if (Buffer.byteLength(text) > MAX_DATA_BYTES) {
    throw wrongInput(
      `--data has more than ${MAX_DATA_BYTES} bytes. Write the event to a file and use publish.`,
    );
  }
  const parsed = parseJson(text);
  if (!parsed.ok && parsed.reason === "too-deep")
    throw wrongInput(`--data is nested more than ${MAX_JSON_DEPTH} levels deep.`);
  if (!parsed.ok)
    throw wrongInput(
      '--data is not JSON. In a shell, write it in single quotes: --data \'{"userId":"u1"}\'.',
    );
  if (isJsonObject(parsed.value)) return parsed.value;
  throw wrongInput('--data must be a JSON object with fields of the event\'s data, such as {"userId":"u1"}.');
}
