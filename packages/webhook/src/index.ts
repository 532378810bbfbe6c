export type { EventDelivery } from "./classify.ts";
export {
  type Environment,
  type FunctionConfig,
  type MessageConfig,
  readFunctionConfig,
  type WebhookConfig,
} from "./config.ts";
export { deliveryHandler, eventDeliveryHandler, eventHandler, type HandlerOptions } from "./create.ts";
export {
  type BatchShape,
  deadLetterQueueName,
  defineFunction,
  defineWebhook,
  deployedName,
  type FunctionShape,
  type NumberSetting,
  type QueueShape,
  type Resource,
  type StreamDescription,
  type Webhook,
} from "./define.ts";
export { type DeployedNames, functionEnvironment, VARIABLES } from "./environment.ts";
export type { WebhookHandler } from "./handler.ts";
export { type MessageHandlerOptions, messageHandler } from "./message-handler.ts";
export { jsonLog, type Log, type LogLevel } from "./observe/log.ts";
export { NO_QUEUE } from "./resources.ts";
export { type Run, type RunHandler, runHandler } from "./run-handler.ts";
export { storeClient } from "./store-client.ts";
