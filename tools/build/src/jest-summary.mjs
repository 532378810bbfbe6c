/** Jest reporter that prints one line with the counts at the end, for example for CI. */
export default class Summary {
  onRunComplete(
    _contexts,
    { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites },
  ) {
    const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : "";
    console.log(
      `${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed${skipped}`,
    );
  }
}
