import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import type { RainmakerEvent } from "@rainhooks/core/event";

/** What a body is made of. */
export interface BodySource {
  readonly delivery: Delivery;
  readonly event: RainmakerEvent;
  /** Identifies the event for the receiver. */
  readonly webhookId: string;
  /** `source` of CloudEvents: a URI or a relative one. @defaultValue "/rainhooks" */
  readonly source?: string;
}

/** A body, and the headers that belong to its format. */
export interface RequestBody {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}
