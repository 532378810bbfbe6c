/** What AWS says of a resource after it was created. */
export type Attributes = Readonly<Record<string, string>>;

/** A reference of Terraform to an attribute. */
export const REFERENCE = /\$\{(data\.)?(aws_\w+)\.([\w-]+)\.(\w+)\}/g;

/** The attributes of created resources, by their Terraform address. */
export class References {
  readonly #known = new Map<string, Attributes>();

  /** @param address Such as `aws_sqs_queue.hello_queue`, or `data.aws_sns_topic.topics_alert`. */
  add(address: string, attributes: Attributes): void {
    this.#known.set(address, attributes);
  }

  /**
   * Replaces the references in a text.
   *
   * @param otherwise What stands for something that was not created.
   * @throws {Error} for a reference to such a thing, if nothing stands for it.
   */
  resolve(text: string, otherwise?: string): string {
    return text.replace(REFERENCE, (reference, data = "", type, id, attribute) => {
      const value = this.#known.get(`${data}${type}.${id}`)?.[attribute] ?? otherwise;
      if (value === undefined) throw new Error(`${reference} is not known.`);
      return value;
    });
  }

  /** The same for everything in a resource. */
  resolveAll<T>(attributes: T): T {
    return JSON.parse(
      JSON.stringify(attributes, (_, value) =>
        typeof value === "string" ? this.resolve(value) : value,
      ),
    );
  }
}
