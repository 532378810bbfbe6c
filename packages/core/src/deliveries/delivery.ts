/**
 * One SNS message as it reached us. Everything downstream can be rebuilt from deliveries, which is why the archive
 * stores them and not events.
 */
export interface Delivery {
  /**
   * SNS message id, the identity of a delivery (RainMaker's own `Id` is a constant). With raw message delivery SNS
   * does not pass its id on, and the SQS message id stands in.
   */
  readonly id: string;
  /** When SNS (with raw message delivery: SQS) took the message, epoch milliseconds. */
  readonly sentAtMs: number;
  /** Name of the topic; `undefined` with raw message delivery, which does not tell it. */
  readonly topic: string | undefined;
  /** Message attributes, as strings (a binary one stays base64). */
  readonly attributes: Readonly<Record<string, string>>;
  /** The message exactly as the publisher sent it. */
  readonly body: string;
}
