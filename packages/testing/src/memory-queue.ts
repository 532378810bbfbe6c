/** Settings of a queue. The defaults are those of SQS. */
export interface QueueRules {
  /** @defaultValue 30 */
  readonly visibilityTimeoutS?: number;
  /** @defaultValue four days */
  readonly retentionS?: number;
  /** Receives after which a message is moved to `deadLetters` instead of being returned again. */
  readonly maxReceives?: number;
  readonly deadLetters?: MemoryQueue;
  /** Maximum size of a message's body. @defaultValue 1 MiB */
  readonly maxMessageBytes?: number;
  /** Maximum messages in flight. @defaultValue 120,000, as for a standard queue */
  readonly maxInFlight?: number;
}

/** A message attribute in SQS's format. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
}

/** A received message. */
export interface QueuedMessageView {
  readonly id: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  readonly receives: number;
  readonly sentAtMs: number;
  readonly firstReceivedAtMs: number;
}

interface Message {
  readonly id: string;
  readonly body: string;
  readonly attributes: QueuedMessageView["attributes"];
  readonly groupId: string;
  /** Kept when SQS moves a message to its dead-letter queue, so that its age continues. */
  readonly sentAtMs: number;
  receives: number;
  firstReceivedAtMs: number;
  receiptHandle: string;
  /** Time until which it is hidden after a receive; `undefined` while it can be received. */
  hiddenUntilMs: number | undefined;
  /** Time before which it is not received for the first time. Until then it is not in flight. */
  readonly delayedUntilMs: number;
}

/** Options of {@link MemoryQueue.send}. */
export interface SendOptions {
  readonly attributes?: QueuedMessageView["attributes"];
  readonly groupId?: string;
  /** Seconds before which it is not received. @defaultValue 0 */
  readonly delayS?: number;
}

const DEFAULT_VISIBILITY_S = 30;
const DEFAULT_RETENTION_S = 4 * 86_400;
const DEFAULT_MAX_IN_FLIGHT = 120_000;
const DEFAULT_MAX_MESSAGE_BYTES = 1024 * 1024;
const MAX_VISIBILITY_S = 43_200;
const MAX_DELAY_S = 900;

let sequence = 0;

/**
 * A standard queue in memory with SQS's rules: visibility timeouts, receive counts, a limit of messages in flight, redrive to a
 * dead-letter queue that keeps a message's age, retention, and fair groups (of several message groups the one with the fewest
 * messages in flight is served first). Time only passes when the test's clock moves.
 */
export class MemoryQueue {
  readonly #nowMs: () => number;
  readonly #rules: QueueRules;
  readonly #messages = new Map<string, Message>();
  readonly #byHandle = new Map<string, Message>();

  constructor(nowMs: () => number, rules: QueueRules) {
    this.#nowMs = nowMs;
    this.#rules = rules;
  }

  /** Maximum size of a message's body. */
  get maxMessageBytes(): number {
    return this.#rules.maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES;
  }

  /** Adds a message to the queue; returns its id. */
  send(body: string, { attributes = {}, groupId = "", delayS = 0 }: SendOptions = {}): string {
    if (!(delayS >= 0 && delayS <= MAX_DELAY_S)) throw new Error(`${delayS} s is not a delay`);
    sequence += 1;
    const id = `message-${sequence}`;
    this.#take({
      id,
      body,
      attributes,
      groupId,
      sentAtMs: this.#nowMs(),
      receives: 0,
      firstReceivedAtMs: 0,
      receiptHandle: "",
      hiddenUntilMs: undefined,
      delayedUntilMs: this.#nowMs() + delayS * 1000,
    });
    return id;
  }

  /** Returns messages and hides them. A message received too often is moved instead. */
  receive(max: number, visibilityTimeoutS?: number): QueuedMessageView[] {
    const hiddenS = visibilityTimeoutS ?? this.#rules.visibilityTimeoutS ?? DEFAULT_VISIBILITY_S;
    const received: QueuedMessageView[] = [];
    for (const message of this.#inFairOrder()) {
      if (received.length === max || this.isFull()) break;
      if (this.#move(message)) continue;
      sequence += 1;
      this.#byHandle.delete(message.receiptHandle);
      message.receiptHandle = `handle-${sequence}`;
      message.receives += 1;
      message.firstReceivedAtMs ||= this.#nowMs();
      message.hiddenUntilMs = this.#nowMs() + hiddenS * 1000;
      this.#byHandle.set(message.receiptHandle, message);
      received.push({ ...message });
    }
    return received;
  }

  /** Deletes a message by the handle of its last receive. */
  delete(receiptHandle: string): undefined {
    const message = this.#find(receiptHandle);
    this.#messages.delete(message.id);
    this.#byHandle.delete(receiptHandle);
  }

  /** Changes how long a message stays hidden. */
  changeVisibility(receiptHandle: string, timeoutS: number): undefined {
    if (!(timeoutS >= 0 && timeoutS <= MAX_VISIBILITY_S))
      throw new Error(`${timeoutS} s is not a visibility timeout`);
    const message = this.#find(receiptHandle);
    message.hiddenUntilMs = timeoutS === 0 ? undefined : this.#nowMs() + timeoutS * 1000;
  }

  /** True when so many messages are in flight that no more are returned. */
  isFull(): boolean {
    return this.counts().inFlight >= (this.#rules.maxInFlight ?? DEFAULT_MAX_IN_FLIGHT);
  }

  /** Returns how many messages can be received, and how many are hidden. */
  counts(): { readonly visible: number; readonly inFlight: number } {
    this.#update();
    const inFlight = [...this.#messages.values()].filter(
      ({ hiddenUntilMs }) => hiddenUntilMs !== undefined,
    ).length;
    const delayed = [...this.#messages.values()].filter((message) => this.#isDelayed(message)).length;
    return { visible: this.#messages.size - inFlight - delayed, inFlight };
  }

  /** Returns when the next hidden or delayed message can be received, epoch milliseconds; `undefined` when there is none. */
  nextVisibleMs(): number | undefined {
    this.#update();
    const times = [...this.#messages.values()].flatMap((message) =>
      this.#isDelayed(message) ? message.delayedUntilMs : (message.hiddenUntilMs ?? []),
    );
    return times.length === 0 ? undefined : times.reduce((a, b) => Math.min(a, b));
  }

  /** Returns every message, received or not. */
  peek(): readonly Readonly<Omit<Message, "receiptHandle">>[] {
    this.#update();
    return [...this.#messages.values()];
  }

  #isDelayed({ delayedUntilMs }: Message): boolean {
    return delayedUntilMs > this.#nowMs();
  }

  #take(message: Message): void {
    this.#messages.set(message.id, message);
  }

  #find(receiptHandle: string): Message {
    this.#update();
    const message = this.#byHandle.get(receiptHandle);
    if (message === undefined || !this.#messages.has(message.id)) {
      throw new Error(`${receiptHandle} is not the handle of a message in flight.`);
    }
    return message;
  }

  #move(message: Message): boolean {
    const { maxReceives, deadLetters } = this.#rules;
    if (maxReceives === undefined || deadLetters === undefined || message.receives < maxReceives)
      return false;
    this.#messages.delete(message.id);
    deadLetters.#take({ ...message, receiptHandle: "", hiddenUntilMs: undefined, delayedUntilMs: 0 });
    return true;
  }

  /** Makes hidden messages visible after their timeout, and drops expired ones. */
  #update(): void {
    const nowMs = this.#nowMs();
    const oldestMs = nowMs - (this.#rules.retentionS ?? DEFAULT_RETENTION_S) * 1000;
    for (const message of this.#messages.values()) {
      if (message.hiddenUntilMs !== undefined && message.hiddenUntilMs <= nowMs)
        message.hiddenUntilMs = undefined;
      if (message.sentAtMs < oldestMs) this.#messages.delete(message.id);
    }
  }

  #inFairOrder(): Message[] {
    this.#update();
    const inFlight = new Map<string, number>();
    for (const { groupId, hiddenUntilMs } of this.#messages.values()) {
      if (hiddenUntilMs !== undefined) inFlight.set(groupId, (inFlight.get(groupId) ?? 0) + 1);
    }
    const load = ({ groupId }: Message) => inFlight.get(groupId) ?? 0;
    return [...this.#messages.values()]
      .filter((message) => message.hiddenUntilMs === undefined && !this.#isDelayed(message))
      .sort((a, b) => load(a) - load(b));
  }
}
