import { publish, type Stage } from "@rainhooks/local-aws";
import type { RainmakerMessage } from "./rainmaker.ts";

/** Publishes RainMaker's messages to SNS, or passes them to an interceptor. */
export class Publisher {
  readonly #send: (message: RainmakerMessage) => Promise<void>;
  #interceptor: ((message: RainmakerMessage) => void) | undefined;

  constructor(send: (message: RainmakerMessage) => Promise<void>) {
    this.#send = send;
  }

  async publish(message: RainmakerMessage): Promise<void> {
    if (this.#interceptor === undefined) await this.#send(message);
    else this.#interceptor(message);
  }

  /** Passes messages to `interceptor` instead of SNS, until `resume` is called. */
  intercept(interceptor: (message: RainmakerMessage) => void): void {
    this.#interceptor = interceptor;
  }

  resume(): void {
    this.#interceptor = undefined;
  }
}

/** Creates a publisher for the topics of a stage. */
export function publisherOf({ clients, provisioned }: Pick<Stage, "clients" | "provisioned">): Publisher {
  return new Publisher(async (message) => {
    await publish(clients.sns, provisioned.topics, [message], () => undefined);
  });
}
