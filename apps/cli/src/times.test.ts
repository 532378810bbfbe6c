import type { CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { expect, it, test } from "@jest/globals";
import { formatTime } from "@rainhooks/stage/terminal/format-table";
import { rainhooks } from "./program.ts";

/** All options of a command and of those below it that take a time. */
function timesOf(command: CommandUnknownOpts): [name: string, option: Option][] {
  const name = command.name();
  const own = command.options.filter(({ flags }) => flags.endsWith("<time>"));
  return [
    ...own.map((option): [string, Option] => [`${name} ${option.long}`, option]),
    ...command.commands.flatMap((one) =>
      timesOf(one).map(([long, option]): [string, Option] => [`${name} ${long}`, option]),
    ),
  ];
}

const times = timesOf(await rainhooks());

test.each(times)("%s refuses what is no time", (_, { parseArg }) => {
  for (const text of ["9e15", "9000000000000000", "999999999999999", "-1", "NaN", "", "1e300"])
    expect(() => parseArg?.(text, undefined)).toThrow(/must be a (time|date)|It must/);
});

it("an option that takes a time is found in many commands", () => {
  expect(times.length).toBeGreaterThan(20);
});

test.each([9e15, -1, Number.NaN, 1e300, Number.NEGATIVE_INFINITY])(
  "%p is shown as what is no time",
  (atMs) => {
    for (const zone of ["UTC", "Europe/Berlin"])
      expect(formatTime(atMs, zone)).toBe(`no time (${atMs})`);
  },
);
