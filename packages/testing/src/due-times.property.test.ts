import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { DueTimes } from "./due-times.ts";

it("DueTimes returns values in the order of their times, however they are added and removed", () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(50))), (steps) => {
      const due = new DueTimes<number>();
      const model: number[] = [];
      for (const atMs of steps) {
        if (atMs === null) {
          due.removeFirst();
          model.shift();
        } else {
          due.add(atMs, atMs);
          model.push(atMs);
          model.sort((a, b) => a - b);
        }
        expect(due.first()?.atMs).toBe(model[0]);
      }
    }),
  );
});
