import type { Stage } from "@rainhooks/local-aws";
import { publish } from "@rainhooks/local-aws";
import type { RainmakerMessage } from "./rainmaker.ts";

type Send = (message: RainmakerMessage) => Promise<void>;

/** Where RainMaker's messages go: to SNS, unless somebody stands in between for a time. */
export class Outlet {
  readonly #send: Send;
  #between: ((message: RainmakerMessage) => void) | undefined;

  constructor(send: Send) {
    this.#send = send;
  }

  async publish(message: RainmakerMessage): Promise<void> {
    if (this.#between === undefined) await this.#send(message);
    else this.#between(message);
  }

  /** Hands messages to somebody else from now on; without anybody, to where they went before. */
  through(between?: (message: RainmakerMessage) => void): void {
    this.#between = between;
  }
}

/** An outlet to the topics of a stage. */
export function outletOf({ clients, provisioned }: Pick<Stage, "clients" | "provisioned">): Outlet {
  return new Outlet(async (message) => {
    await publish(clients.sns, provisioned.topics, [message], () => undefined);
  });
}
