import { describe, expect, it } from "@jest/globals";
import { diffRules } from "./diff.ts";
import type { FilterRule } from "./rule.ts";

function rule(entityId: string, enabled = true, integrations = ["a", "b"]): FilterRule {
  return { level: "node", entityId, eventType: "rmaker.event.alert", enabled, integrations };
}

describe("diffRules", () => {
  it("diffRules puts new and changed rules, deletes those that are not wanted, and leaves the others", () => {
    const present = [rule("same"), rule("changed"), rule("gone")];
    const wanted = [rule("same", true, ["b", "a"]), rule("changed", false), rule("new")];
    expect(diffRules(present, wanted)).toEqual({
      puts: [rule("changed", false), rule("new")],
      deletes: [rule("gone")],
    });
  });

  it("diffRules distinguishes two integrations from one whose name contains a comma", () => {
    const wanted = [rule("x", true, ["a,b"])];
    expect(diffRules([rule("x", true, ["a", "b"])], wanted).puts).toEqual(wanted);
  });

  it("diffRules puts a rule whose integrations have changed, although their number is the same", () => {
    const wanted = [rule("x", true, ["a", "c"])];
    expect(diffRules([rule("x", true, ["a", "b"])], wanted).puts).toEqual(wanted);
  });

  it("diffRules ignores the order of integrations", () => {
    expect(diffRules([rule("x", true, ["b", "a"])], [rule("x", true, ["a", "b"])]).puts).toEqual(
      [],
    );
  });

  it("diffRules returns no changes for equal rules", () => {
    expect(diffRules([rule("x")], [rule("x")])).toEqual({ puts: [], deletes: [] });
  });
});
