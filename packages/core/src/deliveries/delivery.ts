/**
 * One SNS message as we received it. Everything else can be rebuilt from deliveries, so the archive
 * stores these and not the decoded events.
 */
export interface Delivery {
  /**
   * SNS message id, the identity of a delivery (RainMaker's own `Id` is a constant). With raw
   * message delivery, SNS does not pass on its id, so the SQS message id is used.
   */
  readonly id: string;
  /** When SNS (with raw message delivery: SQS) took the message, epoch milliseconds. */
  readonly sentAtMs: number;
  /** Name of the topic; `undefined` with raw message delivery, which does not include it. */
  readonly topic: string | undefined;
  /** Message attributes as strings (a binary one stays base64). */
  readonly attributes: Readonly<Record<string, string>>;
  /** The message exactly as it was published. */
  readonly body: string;
  /** Present if a replay has sent the delivery again. */
  readonly replay?: Replay;
}

/** The replay that has sent a delivery again. */
export interface Replay {
  /** Id of its job. */
  readonly job: string;
  /**
   * The part of the webhook that the replay is for, such as one of several destinations, if the job
   * names one.
   */
  readonly address?: string;
}
