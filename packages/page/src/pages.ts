import type { ResultOf } from "@rainhooks/stage/query/question";
import type { nodeQuestion } from "@rainhooks/stage/query/questions/nodes";
import type { DeliveryResponse, WebhooksResponse } from "@rainhooks/stage/routes/responses";
import type { ComponentType, VNode } from "preact";
import type { NodeAnnotations } from "./node/annotations.ts";
import type { Range } from "./node/range.ts";

/** Where pages are: for who serves them, and for the header. */
export interface PagePaths {
  /** Sections of the page: their paths, and their names in the header. */
  readonly sections: readonly (readonly [path: string, title: string])[];
  /**
   * Pages about one thing, whose id follows in the address: the beginning of the address, and the
   * section.
   */
  readonly details: Readonly<Record<string, string>>;
  /**
   * Of these, what has no index that the search could look an id up in: how a link to it is called.
   */
  readonly openedById?: Readonly<Record<string, string>>;
}

/**
 * What an extension adds to the page; it is loaded after the first look at the fleet. What is a
 * method reads its own fields of a response, too.
 */
export interface ExtensionPages {
  readonly sections?: Readonly<Record<string, ComponentType>>;
  readonly details?: Readonly<Record<string, ComponentType>>;
  /** On the page of the fleet. */
  readonly fleet?: readonly ComponentType[];
  /** Below the webhooks of a stage. */
  webhooks?(props: WebhooksProps): VNode | null;
  /** In the card of a webhook, when its dead letters are to be seen. */
  readonly deadLetters?: ComponentType<{ readonly webhook: string }>;
  /** Reads what is drawn on the page of a node; called as a hook. */
  readonly useNodeAnnotations?: (node: string, range: Range) => NodeAnnotations;
  /** Buttons at the head of the page of a node. */
  readonly nodeActions?: ComponentType<NodeActionsProps>;
  /** On the page of a delivery. */
  delivery?(props: DeliveryProps): VNode | null;
}

/** What the buttons of a node are given. */
export interface NodeActionsProps {
  readonly of: ResultOf<typeof nodeQuestion>;
}

/** What a section of the page of webhooks is given. */
export interface WebhooksProps {
  readonly of: WebhooksResponse;
}

/** What a section of the page of a delivery is given. */
export interface DeliveryProps {
  readonly id: string;
  /** `undefined` until it is known. */
  readonly of: DeliveryResponse | undefined;
}
