import { expect, it } from "@jest/globals";
import { fuzz, fuzzTimeoutMs, hostileBody } from "@rainhooks/testing/hostile";
import { deliveryOf } from "@rainhooks/testing/samples";
import fc from "fast-check";
import { RainhooksError } from "../errors.ts";
import { nodesOf } from "../event.ts";
import { decode } from "./decode.ts";

it(
  "decode accepts any input: no throw, a typed reason, and only values that can be serialized again",
  async () => {
    await fuzz(
      fc.property(hostileBody, fc.boolean(), (body, topic) => {
        const decoded = decode(
          deliveryOf(body, topic ? { topic: "esp_rainmaker_sns_node_alert" } : {}),
        );
        if (decoded.kind === "undecodable") {
          expect(decoded.error).toBeInstanceOf(RainhooksError);
          expect(decoded.error.permanent).toBe(true);
          expect(decoded.error.message.length).toBeLessThan(1000);
        } else {
          const { event } = decoded;
          expect(event.atMs).toBeGreaterThanOrEqual(0);
          expect(event.atMs).toBeLessThan(253_402_300_800_000);
          JSON.stringify(event);
          if (decoded.kind === "event") {
            for (const nodeId of nodesOf(decoded.event)) expect(nodeId.length).toBeGreaterThan(0);
          }
        }
        expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
      }),
    );
  },
  fuzzTimeoutMs(),
);
