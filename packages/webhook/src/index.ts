export type { EventDelivery } from "./classify.ts";
export {
  type Environment,
  type FunctionConfig,
  type QueuedConfig,
  readFunctionConfig,
  type WebhookConfig,
} from "./config.ts";
export {
  deliveryHandler,
  eventDeliveryHandler,
  eventHandler,
  type HandlerOptions,
} from "./create.ts";
export { defineWebhook } from "./define.ts";
export { defineFunction, type Webhook } from "./define-function.ts";
export { type DeployedNames, functionEnvironment, VARIABLES } from "./environment.ts";
export type { WebhookHandler } from "./handler.ts";
export { type MessageHandlerOptions, messageHandler } from "./message-handler.ts";
export { deadLetterQueueName, deployedName } from "./names.ts";
export { jsonLog, type Log, type LogLevel } from "./observe/log.ts";
export type { BatchShape, FunctionShape, QueueShape } from "./queue-shape.ts";
export { NO_QUEUE, type Resource, type StreamDescription } from "./resources.ts";
export { type Run, type RunHandler, runHandler } from "./run-handler.ts";
export type { NumberSetting } from "./settings/setting.ts";
export { storeClient } from "./store-client.ts";
