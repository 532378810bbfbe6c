import { publish } from "../aws/publish.ts";
import type { Stage } from "../aws/stage/stage.ts";
import type { RainmakerMessage } from "./rainmaker.ts";

/** Publishes messages, or passes them to an interceptor. */
export class Publisher<Message = RainmakerMessage> {
  readonly #send: (message: Message) => Promise<void>;
  #interceptor: ((message: Message) => void) | undefined;

  constructor(send: (message: Message) => Promise<void>) {
    this.#send = send;
  }

  async publish(message: Message): Promise<void> {
    if (this.#interceptor === undefined) await this.#send(message);
    else this.#interceptor(message);
  }

  /** Passes messages to `interceptor` instead of sending them, until `resume` is called. */
  intercept(interceptor: (message: Message) => void): void {
    this.#interceptor = interceptor;
  }

  resume(): void {
    this.#interceptor = undefined;
  }
}

/** Creates a publisher for the topics of a stage. */
export function publisherOf(stage: Pick<Stage, "clients" | "provisioned">): Publisher {
  return new Publisher(async (message) => {
    await publish(stage, [message]);
  });
}
