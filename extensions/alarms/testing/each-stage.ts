import { afterAll, beforeAll, beforeEach } from "@jest/globals";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { PlayedStage } from "./played-stage.ts";

/**
 * Starts a stage of its own for each test of a file.
 *
 * @param rules They are in force when a test begins.
 * @param use Gets the stage before each test.
 */
export function eachStage(
  startMs: number,
  rules: readonly object[],
  use: (stage: PlayedStage) => void,
): void {
  let tables: TestTables;
  let stages = 0;
  beforeAll(async () => {
    tables = await startTables();
  });
  afterAll(() => tables.stop());
  beforeEach(async () => {
    stages += 1;
    const stage = await PlayedStage.start(tables, `s${stages}`, startMs);
    for (const rule of rules) await stage.addRule(rule);
    use(stage);
  });
}
