/** What the package for authors' tests needs: without what makes random values. */
export { SAMPLES_BY_TYPE } from "./event-samples.ts";
export { listenOnLoopback } from "./listen.ts";
export { type ReceivedRequest, startReceiver, type TestReceiver } from "./receiver.ts";
export { deliveryOf, sqsRecordOf } from "./samples.ts";
