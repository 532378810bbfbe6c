export { parseAttemptMessage } from "../messages/attempt-message.ts";
export { assembleAttemptWorker } from "./assemble-worker.ts";
