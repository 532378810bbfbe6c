export { selfSignedCertificate, type TestCertificate } from "./certificate.ts";
export { EVENT_SAMPLES, SAMPLES_BY_TYPE } from "./event-samples.ts";
export { eventually } from "./eventually.ts";
export { superlinearText } from "./growth.ts";
export { anyCharacter, attempts, fuzz, fuzzSeconds, fuzzTimeoutMs, hostileBody } from "./hostile.ts";
export { freePort, listenOnLoopback } from "./listen.ts";
export { memoryInUse } from "./memory.ts";
export { MemoryQueue } from "./memory-queue.ts";
export { MemoryQueues } from "./memory-queues.ts";
export { PRIVATE_HOSTS } from "./private-hosts.ts";
export { type ReceivedRequest, startReceiver, type TestReceiver } from "./receiver.ts";
export { deliveryOf, RAW_SNS_RECORD, README_EVENT, rawSqsRecordOf, sqsRecordOf } from "./samples.ts";
export {
  type ScriptedService,
  type ServiceAnswer,
  type ServiceCall,
  startScriptedService,
} from "./scripted-service.ts";
