/** What a sweep has to evaluate, each once. */
export class Subjects {
  readonly nodes = new Set<string>();
  /** The nodes that were noted for an evaluation at a time that has come. */
  readonly pending = new Set<string>();
  readonly #series = new Map<string, { readonly nodeId: string; readonly name: string }>();

  get series(): { readonly nodeId: string; readonly name: string }[] {
    return [...this.#series.values()];
  }

  addSeries(nodeId: string, name: string): void {
    this.#series.set(JSON.stringify([nodeId, name]), { nodeId, name });
  }
}
