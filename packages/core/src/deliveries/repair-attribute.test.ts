import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { DEAD_SINCE_ATTRIBUTE, readDelivery } from "./read.ts";
import { REPAIR_ATTRIBUTE, readRepair, repairText } from "./repair-attribute.ts";

describe("the attribute of a repaired message", () => {
  it("the repair attribute is parsed as it was formatted, for any id", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (deliveryId) => {
        const repair = { deliveryId, webhook: "node-status" };
        expect(readRepair({ [REPAIR_ATTRIBUTE]: repairText(repair) })).toEqual(repair);
      }),
    );
  });

  it.each([[{}], [{ [REPAIR_ATTRIBUTE]: "" }], [{ [REPAIR_ATTRIBUTE]: "one-word" }]])(
    "the repair attribute is absent in %j",
    (attributes) => {
      expect(readRepair(attributes)).toBeUndefined();
    },
  );
});

it("the attribute of a redriven message is not one of its delivery", () => {
  const messageAttributes = {
    [DEAD_SINCE_ATTRIBUTE]: { stringValue: "1700000000000" },
    node_id: { stringValue: "kitchen" },
  };
  const { attributes } = readDelivery({ messageId: "m", body: "{}", messageAttributes });
  expect(attributes).toEqual({ node_id: "kitchen" });
});
