/** Shows progress: on a terminal one line that is updated, elsewhere a line every few seconds. */
export class StartProgress {
  readonly #out: NodeJS.WriteStream;
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  /** Shows a count, optionally of a total. */
  show(what: string, count: number, total?: number): void {
    const done = total === undefined ? count === 0 : count >= total;
    const nowMs = performance.now();
    const pauseMs = this.#out.isTTY ? 100 : 3000;
    if (!done && nowMs - this.#lastMs < pauseMs) return;
    this.#lastMs = nowMs;
    const line = `  ${what} ${count}${total === undefined ? "" : ` of ${total}`}`;
    if (!this.#out.isTTY) this.#out.write(`${line}\n`);
    else this.#out.write(`\r\u001b[K${line}${done ? "\n" : ""}`);
  }
}
