import type { Delivery } from "@rainhooks/core/deliveries/delivery";

const MAX_BYTES = 32 * 1024 * 1024;

/** Deliveries that the page has been shown, as they were published: the last ones, up to 32 MB. */
export class RememberedDeliveries {
  readonly #deliveries = new Map<string, Delivery>();
  #bytes = 0;

  add(delivery: Delivery): void {
    this.#remove(delivery.id);
    this.#deliveries.set(delivery.id, delivery);
    this.#bytes += delivery.body.length;
    for (const id of this.#deliveries.keys()) {
      if (this.#bytes <= MAX_BYTES) return;
      this.#remove(id);
    }
  }

  get(id: string): Delivery | undefined {
    return this.#deliveries.get(id);
  }

  #remove(id: string): void {
    this.#bytes -= this.#deliveries.get(id)?.body.length ?? 0;
    this.#deliveries.delete(id);
  }
}
