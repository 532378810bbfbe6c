import type { Attributes } from "@rainhooks/dynamodb/key";

/** How values are folded into the state of an item. */
export interface Fold<Value, State> {
  /** Returns the keys of the items that a value is folded into. */
  readonly keysOf: (value: Value) => readonly Attributes[];
  /**
   * Returns the state of the values of one key. Order and repetition of the values must not matter.
   */
  readonly stateOf: (values: readonly Value[], key: Attributes) => State;
  /** Joins two states. It must be commutative, associative and idempotent. */
  readonly join: (a: State, b: State) => State;
  readonly equal: (a: State, b: State) => boolean;
  /**
   * Returns a changed state with what is to be noted of the change, such as when it was written. It
   * is not called if values change nothing.
   *
   * @defaultValue nothing is noted
   */
  readonly note?: (before: State | undefined, after: State) => State;
  readonly encode: (state: State, key: Attributes) => Attributes;
  readonly decode: (item: Attributes) => State;
  /**
   * Returns what to keep of a state, and the items of another table that have the rest. These are
   * written first, and they can be written more than once, so their keys must follow from their
   * content.
   */
  readonly overflow?: (state: State, key: Attributes) => Overflow<State>;
}

/** What is kept of a state, and the items that have the rest. */
export interface Overflow<State> {
  readonly kept: State;
  readonly items: readonly Attributes[];
}

/** The writes of a group. */
export interface NextItems {
  /** `undefined`: the item stays as it is. */
  readonly item: Attributes | undefined;
  readonly overflow: readonly Attributes[];
}

const UNCHANGED: NextItems = { item: undefined, overflow: [] };

/**
 * Returns what is to be written after values have been folded into an item; nothing if they do not
 * change it.
 */
export function foldInto<Value, State>(
  fold: Fold<Value, State>,
  values: readonly Value[],
  key: Attributes,
  current: Attributes | undefined,
): NextItems {
  const added = fold.stateOf(values, key);
  const state = current === undefined ? undefined : fold.decode(current);
  const joined = state === undefined ? added : fold.join(state, added);
  if (state !== undefined && fold.equal(state, joined)) return UNCHANGED;
  const noted = fold.note?.(state, joined) ?? joined;
  const { kept, items } = fold.overflow?.(noted, key) ?? { kept: noted, items: [] };
  const same = state !== undefined && fold.equal(state, kept);
  return { item: same ? undefined : fold.encode(kept, key), overflow: items };
}
