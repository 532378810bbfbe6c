import { expect, test } from "@jest/globals";
import { alarmIdOf, changesBetween, type Episode } from "./episode.ts";

function episode(startMs: number, endMs?: number): Episode {
  const place = { rule: "r", version: 1, nodeId: "kitchen", startMs };
  return {
    ...place,
    alarmId: alarmIdOf(place),
    raisedMs: startMs + 10,
    endMs,
    ended: endMs === undefined ? undefined : "cleared",
  };
}

test.each([
  ["nothing", [episode(1)], [episode(1)], []],
  ["raised", [], [episode(1)], ["changed 1"]],
  ["cleared", [episode(1)], [episode(1, 50)], ["changed 1"]],
  ["reopened", [episode(1, 50)], [episode(1)], ["changed 1"]],
  ["corrected", [episode(1, 50)], [episode(1, 60)], ["changed 1"]],
  ["raised at another time", [{ ...episode(1), raisedMs: 5 }], [episode(1)], ["changed 1"]],
  ["retracted", [episode(1, 50)], [], [`retracted ${episode(1).alarmId}`]],
  ["revised", [episode(5)], [episode(1)], [`revised 1 ${episode(5).alarmId}`]],
  ["another one", [episode(5, 6)], [episode(7)], ["changed 7", `retracted ${episode(5).alarmId}`]],
  ["split", [episode(1)], [episode(1, 20), episode(30)], ["changed 1", "changed 30"]],
] as const)("%s", (_name, stored, shown, expected) => {
  const changes = changesBetween<Episode>(stored, shown).map(({ episode: now, was }) => {
    if (now === undefined) return `retracted ${was?.alarmId}`;
    return was === undefined ? `changed ${now.startMs}` : `revised ${now.startMs} ${was.alarmId}`;
  });
  expect(changes).toEqual(expected);
});

test("an id is 22 characters without a dot, and another one for every part", () => {
  const place = { rule: "r", version: 1, nodeId: "kitchen", startMs: 1 };
  const ids = [
    place,
    { ...place, version: 2 },
    { ...place, series: "T" },
    { ...place, startMs: 2 },
    { ...place, nodeId: "hall" },
    { ...place, rule: "s" },
  ].map(alarmIdOf);
  expect(new Set(ids).size).toBe(6);
  const many = Array.from({ length: 1000 }, (_, startMs) => alarmIdOf({ ...place, startMs }));
  // At its beginning, a dash would make an option of it.
  for (const id of [...ids, ...many]) expect(id).toMatch(/^\w[\w-]{21}$/);
});
