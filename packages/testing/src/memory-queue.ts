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
  /**
   * Decides which message comes next, from 0 to 1. @defaultValue the order in which they became
   * visible
   */
  readonly random?: () => number;
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
  /** In the order in which messages became visible. */
  place: number;
  receives: number;
  firstReceivedAtMs: number;
  receiptHandle: string;
  /** `delayed`: not received yet, and not in flight. `hidden`: in flight. */
  state: "delayed" | "visible" | "hidden";
  /** When it becomes visible, if it is not. */
  visibleAtMs: number;
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
 * A standard queue in memory with SQS's rules: visibility timeouts, receive counts, a limit of
 * messages in flight, redrive to a dead-letter queue that keeps a message's age, retention, and
 * fair groups (of several message groups the one with the fewest messages in flight is served
 * first). Time only passes when the test's clock moves.
 */
export class MemoryQueue {
  readonly #nowMs: () => number;
  readonly #rules: QueueRules;
  readonly #messages = new Map<string, Message>();
  readonly #byHandle = new Map<string, Message>();
  /** Visible messages of each group, in the order in which they are returned. */
  readonly #visible = new Map<string, Map<string, Message>>();
  /** Messages in flight of each group. */
  readonly #inFlight = new Map<string, number>();
  #visibleCount = 0;
  #inFlightCount = 0;
  /**
   * Times at which messages may become visible, in their order; those of messages that have changed
   * since are passed over.
   */
  readonly #wakeUps: { readonly atMs: number; readonly id: string }[] = [];
  /** No message was sent before. */
  #oldestMs = Number.POSITIVE_INFINITY;

  constructor(nowMs: () => number, rules: QueueRules) {
    this.#nowMs = nowMs;
    this.#rules = rules;
  }

  /** Maximum size of a message's body. */
  get maxMessageBytes(): number {
    return this.#rules.maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES;
  }

  /** How long a message is hidden that was received. */
  get visibilityTimeoutS(): number {
    return this.#rules.visibilityTimeoutS ?? DEFAULT_VISIBILITY_S;
  }

  /** How long a message is kept. */
  get retentionS(): number {
    return this.#rules.retentionS ?? DEFAULT_RETENTION_S;
  }

  /** Adds a message to the queue; returns its id. */
  send(body: string, { attributes = {}, groupId = "", delayS = 0 }: SendOptions = {}): string {
    if (!(delayS >= 0 && delayS <= MAX_DELAY_S)) throw new Error(`${delayS} s is not a delay`);
    sequence += 1;
    const id = `message-${sequence}`;
    const sentAtMs = this.#nowMs();
    this.#take(
      { id, body, attributes, groupId, sentAtMs, receives: 0, firstReceivedAtMs: 0 },
      delayS,
    );
    return id;
  }

  /** Returns messages and hides them. A message received too often is moved instead. */
  receive(max: number, visibilityTimeoutS?: number): QueuedMessageView[] {
    this.#update();
    const hiddenS = visibilityTimeoutS ?? this.visibilityTimeoutS;
    const received: QueuedMessageView[] = [];
    for (const message of this.#inAnyOrder()) {
      if (received.length === max || this.isFull()) break;
      if (this.#move(message)) continue;
      sequence += 1;
      this.#byHandle.delete(message.receiptHandle);
      message.receiptHandle = `handle-${sequence}`;
      message.receives += 1;
      message.firstReceivedAtMs ||= this.#nowMs();
      this.#setState(message, "hidden", this.#nowMs() + hiddenS * 1000);
      this.#byHandle.set(message.receiptHandle, message);
      received.push({ ...message });
    }
    return received;
  }

  /** Deletes a message by the handle of its last receive. */
  delete(receiptHandle: string): undefined {
    this.#drop(this.#find(receiptHandle));
  }

  /** Changes how long a message stays hidden. */
  changeVisibility(receiptHandle: string, timeoutS: number): undefined {
    if (!(timeoutS >= 0 && timeoutS <= MAX_VISIBILITY_S))
      throw new Error(`${timeoutS} s is not a visibility timeout`);
    const message = this.#find(receiptHandle);
    if (timeoutS === 0) this.#setState(message, "visible");
    else this.#setState(message, "hidden", this.#nowMs() + timeoutS * 1000);
  }

  /** True when so many messages are in flight that no more are returned. */
  isFull(): boolean {
    return this.counts().inFlight >= (this.#rules.maxInFlight ?? DEFAULT_MAX_IN_FLIGHT);
  }

  /** Returns how many messages can be received, and how many are hidden. */
  counts(): { readonly visible: number; readonly inFlight: number } {
    this.#update();
    return { visible: this.#visibleCount, inFlight: this.#inFlightCount };
  }

  /**
   * Returns when the next hidden or delayed message can be received, epoch milliseconds;
   * `undefined` when there is none.
   */
  nextVisibleMs(): number | undefined {
    this.#update();
    return this.#wakeUps[0]?.atMs;
  }

  /** Returns every message, received or not. */
  peek(): readonly Readonly<Omit<Message, "receiptHandle">>[] {
    this.#update();
    return [...this.#messages.values()];
  }

  #take(
    taken: Omit<Message, "receiptHandle" | "place" | "state" | "visibleAtMs">,
    delayS: number,
  ): void {
    const message: Message = {
      ...taken,
      receiptHandle: "",
      place: 0,
      state: "delayed",
      visibleAtMs: 0,
    };
    this.#messages.set(message.id, message);
    this.#oldestMs = Math.min(this.#oldestMs, message.sentAtMs);
    if (delayS > 0) this.#setState(message, "delayed", this.#nowMs() + delayS * 1000);
    else this.#setState(message, "visible");
  }

  #find(receiptHandle: string): Message {
    this.#update();
    const message = this.#byHandle.get(receiptHandle);
    if (message === undefined)
      throw new Error(`${receiptHandle} is not the handle of a message in flight.`);
    return message;
  }

  #move(message: Message): boolean {
    const { maxReceives, deadLetters } = this.#rules;
    if (maxReceives === undefined || deadLetters === undefined || message.receives < maxReceives)
      return false;
    this.#drop(message);
    deadLetters.#take(message, 0);
    return true;
  }

  #drop(message: Message): void {
    this.#leaveState(message);
    this.#messages.delete(message.id);
    this.#byHandle.delete(message.receiptHandle);
  }

  #setState(message: Message, state: Message["state"], visibleAtMs = 0): void {
    this.#leaveState(message);
    message.state = state;
    message.visibleAtMs = visibleAtMs;
    const { id, groupId } = message;
    if (state === "visible") {
      sequence += 1;
      message.place = sequence;
      const group = this.#visible.get(groupId) ?? new Map<string, Message>();
      this.#visible.set(groupId, group.set(id, message));
      this.#visibleCount += 1;
      return;
    }
    const place = this.#wakeUps.findLastIndex(({ atMs }) => atMs <= visibleAtMs) + 1;
    this.#wakeUps.splice(place, 0, { atMs: visibleAtMs, id });
    if (state === "delayed") return;
    this.#inFlight.set(groupId, (this.#inFlight.get(groupId) ?? 0) + 1);
    this.#inFlightCount += 1;
  }

  #leaveState({ id, groupId, state }: Message): void {
    if (state === "hidden") {
      this.#inFlightCount -= 1;
      const left = (this.#inFlight.get(groupId) ?? 0) - 1;
      if (left > 0) this.#inFlight.set(groupId, left);
      else this.#inFlight.delete(groupId);
      return;
    }
    const group = this.#visible.get(groupId);
    if (!group?.delete(id)) return;
    this.#visibleCount -= 1;
    if (group.size === 0) this.#visible.delete(groupId);
  }

  /** Makes hidden messages visible after their timeout, and drops expired ones. */
  #update(): void {
    const nowMs = this.#nowMs();
    if (this.#oldestMs < this.#keptSinceMs(nowMs)) this.#expire(this.#keptSinceMs(nowMs));
    for (let [due] = this.#wakeUps; due !== undefined; [due] = this.#wakeUps) {
      const message = this.#messages.get(due.id);
      const waits = message?.state !== "visible" && message?.visibleAtMs === due.atMs;
      if (waits && due.atMs > nowMs) return;
      if (waits) this.#setState(message, "visible");
      this.#wakeUps.shift();
    }
  }

  #keptSinceMs(nowMs: number): number {
    return nowMs - this.retentionS * 1000;
  }

  #expire(sinceMs: number): void {
    this.#oldestMs = Number.POSITIVE_INFINITY;
    for (const message of this.#messages.values()) {
      if (message.sentAtMs < sinceMs) this.#drop(message);
      else this.#oldestMs = Math.min(this.#oldestMs, message.sentAtMs);
    }
  }

  #inAnyOrder(): Iterable<Message> {
    const { random } = this.#rules;
    if (random === undefined) return this.#inFairOrder();
    const keyed = Array.from(this.#inFairOrder(), (message) => ({ message, key: random() }));
    return keyed.sort((a, b) => a.key - b.key).map(({ message }) => message);
  }

  /**
   * Returns visible messages: groups with fewer messages in flight first, groups with as many in
   * the order of their messages.
   */
  *#inFairOrder(): Generator<Message> {
    const byLoad = Map.groupBy(this.#visible, ([groupId]) => this.#inFlight.get(groupId) ?? 0);
    for (const load of [...byLoad.keys()].sort((a, b) => a - b)) {
      const groups = (byLoad.get(load) ?? []).map(([, group]) => group.values());
      yield* inPlace(groups);
    }
  }
}

/** Merges the messages of groups by the order in which they became visible. */
function* inPlace(groups: readonly Iterator<Message>[]): Generator<Message> {
  const heads = groups.map((group) => ({ group, next: group.next() }));
  for (;;) {
    const [first] = heads
      .filter(({ next }) => !next.done)
      .sort((a, b) => placeOf(a.next) - placeOf(b.next));
    if (first === undefined || first.next.done) return;
    yield first.next.value;
    first.next = first.group.next();
  }
}

function placeOf(next: IteratorResult<Message>): number {
  return next.done ? Number.POSITIVE_INFINITY : next.value.place;
}
