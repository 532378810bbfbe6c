import { alarmSeed } from "@rainhooks/extensions/alarms/testing/seed-alarms";
import type { StageSeed } from "@rainhooks/stage/testing/seeded-stage";

/** What extensions add to the stage that tests of queries ask. */
export const SEEDS: readonly StageSeed[] = [alarmSeed];
