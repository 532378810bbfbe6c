/*
 * jest set-up file: where `RAINHOOKS_SEED` or `CI` is set, property tests try the same values on
 * each run, so that a failure there is there again. Elsewhere the values are new each time.
 */
const { RAINHOOKS_SEED, CI } = process.env;
const SEED_OF_CI = 1;

if (RAINHOOKS_SEED || CI) {
  const seed = Number(RAINHOOKS_SEED || SEED_OF_CI);
  if (!Number.isSafeInteger(seed))
    throw new Error(`RAINHOOKS_SEED must be an integer, not ${RAINHOOKS_SEED}`);
  const { default: fc } = await import("fast-check");
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
}
