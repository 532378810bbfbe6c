export { listenOnLoopback } from "./listen.ts";
export { deliveryOf, RAW_SNS_RECORD, README_EVENT, rawSqsRecordOf, sqsRecordOf } from "./samples.ts";
export {
  type ScriptedService,
  type ServiceAnswer,
  type ServiceCall,
  startScriptedService,
} from "./scripted-service.ts";
