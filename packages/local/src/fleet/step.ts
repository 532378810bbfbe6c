import type { JsonObject } from "@rainhooks/core/json";
import type { Act } from "./people.ts";

/** Topics of the simulated nodes, without `node/<node id>/`. */
export type NodeTopic =
  | "params/local"
  | "params/local/init"
  | "alert"
  | "config"
  | "tsdata"
  | "simple_tsdata"
  | "otastatus";

/** An action of a node at a time (epoch milliseconds). */
export type NodeStep =
  | { readonly kind: "connect"; readonly atMs: number; readonly nodeId: string }
  /** `clean`: the node sends a DISCONNECT packet; otherwise its connection just ends. */
  | { readonly kind: "disconnect"; readonly atMs: number; readonly nodeId: string; readonly clean: boolean }
  | {
      readonly kind: "say";
      readonly atMs: number;
      readonly nodeId: string;
      readonly topic: NodeTopic;
      readonly payload: JsonObject;
    };

/** An action of a node or a person at a time (epoch milliseconds). */
export type Step = NodeStep | { readonly kind: "act"; readonly atMs: number; readonly act: Act };
