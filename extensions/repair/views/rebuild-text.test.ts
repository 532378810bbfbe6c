import { expect, test } from "@jest/globals";
import { withoutPeople } from "./rebuild-text.ts";

test("an assistant is told how far a rebuild is, not who began it and where it runs", () => {
  const rebuild = { phase: "filling", to: "b", startedBy: "ann@example.com", host: "ann-laptop" };
  const state = { live: "a", both: true, rebuild } as unknown as Parameters<
    typeof withoutPeople
  >[0];
  expect(withoutPeople(state)).toEqual({
    live: "a",
    both: true,
    rebuild: { phase: "filling", to: "b" },
  });
  const { rebuild: _, ...without } = state;
  expect(withoutPeople(without)).toEqual({ live: "a", both: true });
});
