import { isJsonObject, type JsonObject } from "@rainhooks/core/json";
import { type Answer, jsonObjectOf, type Service, serviceOf } from "./service.ts";

/** Path of the only incoming webhook. */
export const SLACK_PATH = "/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX";

/** Maximum characters of the text of a block, by the type of the block. */
const MAX_TEXT: Readonly<Record<string, number>> = { header: 150, section: 3000, context: 3000 };

/**
 * Slack's incoming webhooks (docs.slack.dev/messaging/sending-messages-using-incoming-webhooks, and the
 * changelog of 2016-05-17 for statuses): a JSON message with a text or blocks, `ok` as response, otherwise a
 * status of 4xx with a word.
 */
export class Slack implements Service {
  readonly messages: JsonObject[] = [];
  /** Responses before the channel takes messages again. */
  readonly refusals: Answer[] = [];

  readonly respond = serviceOf((request) => {
    const refusal = this.refusals.shift();
    if (refusal !== undefined) return refusal;
    if (request.method !== "POST" || request.path !== SLACK_PATH) return { status: 404, body: "no_service" };
    const message = jsonObjectOf(request);
    if (message === undefined) return { status: 400, body: "invalid_payload" };
    const { text, blocks = [] } = message;
    if (typeof text !== "string" || text === "") return { status: 400, body: "no_text" };
    if (!Array.isArray(blocks) || !blocks.every(isBlock)) return { status: 400, body: "invalid_blocks" };
    this.messages.push(message);
    return { status: 200, body: "ok" };
  }).respond;
}

function isBlock(block: unknown): boolean {
  if (!isJsonObject(block) || typeof block["type"] !== "string") return false;
  const max = Object.hasOwn(MAX_TEXT, block["type"]) ? MAX_TEXT[block["type"]] : undefined;
  const texts = block["type"] === "context" ? block["elements"] : [block["text"]];
  return max !== undefined && Array.isArray(texts) && texts.every((text) => isText(text, max));
}

function isText(value: unknown, max: number): boolean {
  if (!isJsonObject(value)) return false;
  const { type, text } = value;
  return (
    (type === "plain_text" || type === "mrkdwn") &&
    typeof text === "string" &&
    text.length > 0 &&
    text.length <= max
  );
}
