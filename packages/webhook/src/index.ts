export type { EventDelivery } from "./classify.ts";
export {
  type Environment,
  type FunctionConfig,
  readFunctionConfig,
  type WebhookConfig,
  type WorkerConfig,
} from "./config.ts";
export { deliveryHandler, eventDeliveryHandler, eventHandler, type HandlerOptions } from "./create.ts";
export {
  type BatchShape,
  deadLetterQueueName,
  defineWebhook,
  defineWorker,
  deployedName,
  type FunctionShape,
  type NumberSetting,
  type QueueShape,
  type Resource,
  type StreamDescription,
  type Webhook,
  type Worker,
} from "./define.ts";
export { type DeployedNames, functionEnvironment, VARIABLES, workerEnvironment } from "./environment.ts";
export type { WebhookHandler } from "./handler.ts";
export { type InvokedHandler, invokedHandler } from "./invoked-handler.ts";
export { jsonLog, type Log, type LogLevel } from "./observe/log.ts";
export { type ScheduledHandler, type ScheduledRun, scheduledHandler } from "./scheduled-handler.ts";
export { storeClient } from "./store-client.ts";
export { type WorkerHandlerOptions, workerHandler } from "./worker-handler.ts";
