import { Command } from "@commander-js/extra-typings";
import { expect, test } from "@jest/globals";
import { refuseHidden } from "./program.ts";

/** A program with `nodes` and `stage show`. */
function platform(): Command {
  const program = new Command();
  program.command("nodes");
  program.command("stage").command("show");
  return program;
}

test.each([["nodes"], ["stage"]])(
  "a command of an extension below %s is refused: it would not be found",
  (word) => {
    const program = platform();
    program.command("mine").command("ls");
    expect(() => refuseHidden(platform(), program)).not.toThrow();
    program.commands.find((one) => one.name() === word)?.command("mine");
    expect(() => refuseHidden(platform(), program)).toThrow(
      `below ${word}, a command of Rainhooks.`,
    );
  },
);
