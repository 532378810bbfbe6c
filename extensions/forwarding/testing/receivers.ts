import { afterEach } from "@jest/globals";
import { startReceiver, type TestReceiver } from "@rainhooks/testing/receiver";
import { createSender, type SenderOptions } from "../send/sender.ts";

/** What a receiver responds. */
export type Respond = NonNullable<Parameters<typeof startReceiver>[0]>;

/** Receivers and senders of a test, which end with it. */
export function useReceivers() {
  const stops: (() => unknown)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });
  return {
    stops,
    receiving: async (...options: Parameters<typeof startReceiver>): Promise<TestReceiver> => {
      const receiver = await startReceiver(...options);
      stops.push(() => receiver.stop());
      return receiver;
    },
    senderWith: (options: SenderOptions = {}) => {
      const sender = createSender({ allowPrivate: true, ...options });
      stops.push(() => sender.close());
      return sender;
    },
  };
}
