import { isJsonObject, type JsonObject, MAX_JSON_DEPTH, parseJson, RainhooksError } from "@rainhooks/core";
import { presentEvent } from "@rainhooks/webhook-testing/present-event";
import { eventOf } from "../../event-of.ts";
import { reachLocalStage } from "../../reach/stage.ts";
import { NO_TEST_EVENTS, requireLocalStage } from "../only-local.ts";
import { publishOne } from "../publish.ts";
import { readEvents } from "../read-event.ts";
import type { DataValues } from "./data-option.ts";
import { readSample } from "./sample.ts";

/** Options of `trigger`. */
export interface TriggerOptions {
  readonly stage?: string | undefined;
  readonly region?: string | undefined;
  readonly node?: string | undefined;
  readonly data?: DataValues | undefined;
}

const MAX_DATA_BYTES = 100_000;
const MAX_NODE_LENGTH = 256;

/** Publishes the sample of an event with the present time, and with changes. */
export async function triggerCommand(event: string, options: TriggerOptions): Promise<void> {
  requireLocalStage("trigger", options, NO_TEST_EVENTS);
  const type = eventOf(event);
  const changes = { node: readNode(options.node), data: readData(options.data?.json) };
  const sample = await readSample(type);
  const body = JSON.stringify(presentEvent(sample, changes, Date.now()));
  const events = readEvents(body, undefined);
  const stage = await reachLocalStage({ region: options.region, data: options.data?.folder });
  for (const one of events) console.log(await publishOne(stage, one));
}

function readNode(node: string | undefined): string | undefined {
  if (node === undefined || (node.trim() !== "" && node.length <= MAX_NODE_LENGTH)) return node;
  throw invalid(`--node must be the id of a node, with up to ${MAX_NODE_LENGTH} characters.`);
}

function readData(text: string | undefined): JsonObject {
  if (text === undefined) return {};
  if (Buffer.byteLength(text) > MAX_DATA_BYTES) {
    throw invalid(`--data has more than ${MAX_DATA_BYTES} bytes. Write the event to a file and use publish.`);
  }
  const parsed = parseJson(text);
  if (!parsed.ok && parsed.reason === "too-deep")
    throw invalid(`--data is nested more than ${MAX_JSON_DEPTH} levels deep.`);
  if (!parsed.ok)
    throw invalid('--data is not JSON. In a shell, write it in single quotes: --data \'{"userId":"u1"}\'.');
  if (isJsonObject(parsed.value)) return parsed.value;
  throw invalid('--data must be a JSON object with fields of the event\'s data, such as {"userId":"u1"}.');
}

function invalid(message: string): RainhooksError {
  return new RainhooksError("input-invalid", message);
}
