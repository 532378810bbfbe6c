/*
 * jest set-up file. Commands show their name as it was typed; tests expect it as in the package, also when npm runs them. Where `RAINHOOKS_SEED` or `CI` is set, property tests try the same values on each run, so that a
 * failure there is there again. Elsewhere the values are new each time.
 */
delete process.env["npm_package_name"];

const { RAINHOOKS_SEED, CI } = process.env;
const SEED_OF_CI = 1;

if (RAINHOOKS_SEED || CI) {
  const seed = Number(RAINHOOKS_SEED || SEED_OF_CI);
  if (!Number.isSafeInteger(seed))
    throw new Error(`RAINHOOKS_SEED must be an integer, not ${RAINHOOKS_SEED}`);
  const { default: fc } = await import("fast-check");
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
}
