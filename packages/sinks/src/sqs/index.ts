export {
  ATTRIBUTES_PER_MESSAGE,
  BYTES_PER_CALL,
  escapeForSqs,
  MAX_MESSAGE_BYTES,
  MESSAGES_PER_CALL,
  messageBytes,
  type QueuedAttribute,
  type QueuedMessage,
  textAttribute,
} from "./message.ts";
export { MAX_DELAY_S, type OutgoingMessage, sendMessages, type Unsent } from "./send-messages.ts";
