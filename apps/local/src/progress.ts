/** Shows how far something is: one line that rewrites itself on a terminal, a line every few seconds elsewhere. */
export class Progress {
  readonly #out: NodeJS.WriteStream;
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  show(what: string, count: number, total: number): void {
    const nowMs = performance.now();
    const pauseMs = this.#out.isTTY ? 100 : 3000;
    if (count < total && nowMs - this.#lastMs < pauseMs) return;
    this.#lastMs = nowMs;
    const line = `  ${what} ${count} of ${total}`;
    if (!this.#out.isTTY) this.#out.write(`${line}\n`);
    else this.#out.write(`\r\u001b[K${line}${count >= total ? "\n" : ""}`);
  }
}
