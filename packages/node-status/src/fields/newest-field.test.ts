import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { equalFacts, joinFacts, NO_FACTS } from "../facts.ts";
import { config, type NodeConfig } from "./config.ts";

const text = fc.constantFrom("1.0", "1.1", "2.0");

/** Configurations of three deliveries, as different versions of the code would read them. */
const configs: fc.Arbitrary<NodeConfig | undefined> = fc.option(
  fc
    .tuple(
      fc.constantFrom(1, 2, 3),
      fc.record({ firmware: text, model: text }, { requiredKeys: [] }),
    )
    .map(([atMs, read]) => ({ atMs, sentAtMs: atMs, deliveryId: String(atMs), ...read })),
  { nil: undefined },
);

describe("the newest configuration", () => {
  const read = { atMs: 5, sentAtMs: 6, deliveryId: "d", firmware: "1.0" };

  it("the newest configuration is completed by a replay of its delivery that reads more of it", () => {
    const now = { ...read, model: "esp32c3" };
    expect(config.join(read, now)).toEqual(now);
    expect(config.join(now, read)).toEqual(now);
  });

  it("the newest configuration counts as changed if any value differs, even from the same delivery", () => {
    const facts = { ...NO_FACTS, config: read };
    const replayed = joinFacts(facts, { ...NO_FACTS, config: { ...read, model: "esp32c3" } });
    expect(equalFacts(facts, replayed)).toBe(false);
    expect(equalFacts(facts, joinFacts(facts, facts))).toBe(true);
  });

  it("the newest configuration is the same for any order, grouping and number of joins", () => {
    fc.assert(
      fc.property(configs, configs, configs, (a, b, c) => {
        expect(config.join(a, b)).toEqual(config.join(b, a));
        expect(config.join(config.join(a, b), c)).toEqual(config.join(a, config.join(b, c)));
        expect(config.join(a, a)).toEqual(a);
        expect(config.join(a, config.initial)).toEqual(a);
      }),
    );
  });

  it("the newest configuration can be stored and read, and ignores values that are not a configuration", () => {
    expect(config.decode(config.encode(read))).toEqual(read);
    expect(config.decode({ firmware: "1.0" })).toBeUndefined();
    expect(config.decode("1.0")).toBeUndefined();
  });
});
