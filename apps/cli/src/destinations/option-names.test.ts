import { expect, it } from "@jest/globals";
import { rainhooks } from "../program.ts";
import { SETTING_OPTIONS } from "./option-names.ts";

it.each(["add", "set"])("destinations %s has an option for each setting of a destination", (name) => {
  const command = (of: ReturnType<typeof rainhooks>, wanted: string) =>
    of.commands.find((one) => one.name() === wanted);
  const destinations = command(rainhooks(), "destinations");
  const options = (destinations && command(destinations, name)?.options) ?? [];
  const flags = options.map(({ long }) => long);
  expect(flags).toEqual(expect.arrayContaining(Object.values(SETTING_OPTIONS)));
});
