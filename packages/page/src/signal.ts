const restarts: (() => void)[] = [];

/**
 * A value that the page shows, as long as the page is loaded. When it changes, the page is drawn
 * again.
 */
export class Signal<Value> {
  #value: Value;

  constructor(value: Value) {
    this.#value = value;
    restarts.push(() => {
      this.#value = value;
    });
  }

  get value(): Value {
    return this.#value;
  }

  set value(value: Value) {
    if (value === this.#value) return;
    this.#value = value;
    drawSoon();
  }
}

/**
 * Gives every signal the value that it began with: for tests, in whose process modules stay loaded.
 */
export function restartSignals(): void {
  for (const restart of restarts) restart();
}

let draw: () => void = () => undefined;
let isDue = false;

/**
 * Sets what draws the page: all of it, because Preact changes only what is different, and of the
 * table only visible rows exist.
 */
export function drawWith(run: () => void): void {
  draw = run;
}

/** Draws the page once for all changes that are made together. */
export function drawSoon(): void {
  if (isDue) return;
  isDue = true;
  queueMicrotask(() => {
    isDue = false;
    draw();
  });
}
