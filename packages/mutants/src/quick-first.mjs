/** How long each test file took at most, milliseconds, as long as this process has run it. */
const tookMs = new Map();

/**
 * jest test sequencer: the quickest file first, and property tests last of those that have not run yet. A run ends with the
 * first file that fails, so a mutant that a quick test notices does not wait for the slow ones.
 */
export default class QuickFirst {
  sort(tests) {
    return tests.toSorted((a, b) => expectedMs(a.path) - expectedMs(b.path) || a.path.localeCompare(b.path));
  }

  allFailedTests(tests) {
    return tests;
  }

  cacheResults(_tests, { testResults }) {
    for (const { testFilePath, perfStats } of testResults) {
      const ms = perfStats.end - perfStats.start;
      if (ms > 0) tookMs.set(testFilePath, Math.max(ms, tookMs.get(testFilePath) ?? 0));
    }
  }
}

function expectedMs(path) {
  return tookMs.get(path) ?? (path.includes(".property.") ? Number.MAX_SAFE_INTEGER : 0);
}
