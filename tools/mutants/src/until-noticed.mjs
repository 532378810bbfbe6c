import JestRunner from "jest-runner";

// What a mutant leaves running after its tests have ended says nothing, and must not end this
// process.
process.on("uncaughtException", () => undefined);

/** Maximum time of each test file in this process, milliseconds. */
const tookMs = new Map();

/**
 * A jest runner that runs the quickest file first and stops after the first one that fails: that is
 * enough to kill a mutant. Property tests run last until their times are known.
 */
export default class UntilNoticed extends JestRunner {
  #failed = false;

  constructor(globalConfig, context) {
    super(globalConfig, context);
    this.on("test-file-failure", () => {
      this.#failed = true;
    });
    this.on("test-file-success", ([{ path }, { numFailingTests, perfStats }]) => {
      if (numFailingTests > 0) this.#failed = true;
      tookMs.set(path, Math.max(perfStats.end - perfStats.start, tookMs.get(path) ?? 0));
    });
  }

  async runTests(tests, watcher, options) {
    for (const test of tests.toSorted((a, b) => expectedMs(a.path) - expectedMs(b.path))) {
      if (!this.#failed) await super.runTests([test], watcher, options);
    }
  }
}

function expectedMs(path) {
  return tookMs.get(path) ?? (path.includes(".property.") ? Number.MAX_SAFE_INTEGER : 0);
}
