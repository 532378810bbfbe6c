import { expect, it } from "@jest/globals";
import { rainhooks } from "@rainhooks/app-cli/program";
import { SETTING_PARAMS } from "@rainhooks/extensions/forwarding/operations/setting-params";
import { flagOf } from "@rainhooks/stage/commands/options";

const program = await rainhooks();

it.each(["add", "set"])(
  "destinations %s has an option for each setting of a destination",
  (name) => {
    const command = (of: typeof program, wanted: string) =>
      of.commands.find((one) => one.name() === wanted);
    const destinations = command(program, "destinations");
    const options = (destinations && command(destinations, name)?.options) ?? [];
    const flags = options.map(({ long }) => long);
    expect(flags).toEqual(expect.arrayContaining(Object.keys(SETTING_PARAMS).map(flagOf)));
  },
);
