import type { TestStage } from "@rainhooks/app-local/testing/test-stage";
import type { BrowserContext, Page } from "playwright-core";
import { runCommand } from "../cli/testing/run-command.ts";

/** The page of a console, and the stage that it shows. */
export interface ConsolePage {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly origin: string;
  readonly dataDir: string;
  /** `undefined` after the stage has stopped. */
  readonly stage: TestStage["stage"] | undefined;
}

/** What tests do beside the page, and on it. */
export function doing(shown: () => ConsolePage) {
  const rainhooks = (args: readonly string[], input = "") =>
    runCommand([...args, "--data", shown().dataDir], input);
  return {
    /** Runs a command on the same stage. */
    rainhooks,
    /** Runs a command, and returns its JSON. */
    json: async (...args: string[]) => JSON.parse((await rainhooks([...args, "--json"])).out),
    /** Presses buttons, one after the other. */
    press: async (...names: string[]) => {
      for (const name of names)
        await shown().page.getByRole("button", { name, exact: true }).click();
    },
  };
}
