import { afterEach } from "@jest/globals";
import { startReceiver, type TestReceiver } from "@rainhooks/testing/receiver";
import { createSender, type SenderOptions } from "../send/sender.ts";

/** What a receiver responds. */
export type Respond = NonNullable<Parameters<typeof startReceiver>[0]>;

/** Receivers and senders of a test, which end with it. */
export function useReceivers() {
  const stops: (() => Promise<void> | void)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });
  return {
    stops,
    receiving: async (respond?: Respond): Promise<TestReceiver> => {
      const receiver = await startReceiver(respond);
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
