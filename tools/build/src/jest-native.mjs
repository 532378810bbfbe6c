import { readFileSync } from "node:fs";
import { flushCompileCache, registerHooks } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { jestExpect as expect } from "@jest/expect";
import { createEmptyTestResult } from "@jest/test-result";
import { transformSync } from "esbuild";
import { addEventHandler, getState, resetState, run } from "jest-circus";
import { formatExecError, formatResultsErrors } from "jest-message-util";
import "./jest-seed.mjs";

/** What modules import by names that end so is this instead. */
const INSTEAD = [
  ["@jest/globals", import.meta.resolve("./jest-globals.mjs")],
  // Of cdktf: the stack traces that it takes of each token are half of the time of a synthesis.
  ["/stack-trace", import.meta.resolve("./no-stack-trace.cjs")],
];

/**
 * Code of your own is in no list that a test reads: what is tested is what comes with Rainhooks.
 */
const OWN_CODE = new URL("../../../apps/list/src/project-extensions.ts", import.meta.url).href;
const NO_CODE = {
  url: "data:text/javascript,export const PROJECT_EXTENSIONS = [];",
  format: "module",
};

registerHooks({
  resolve: (specifier, context, next) => {
    const [, url] = INSTEAD.find(([end]) => specifier.endsWith(end)) ?? [];
    if (url !== undefined) return { url, shortCircuit: true };
    const found = next(specifier, context);
    return found.url === OWN_CODE ? NO_CODE : found;
  },
  // Node.js strips types, and knows no JSX: the console's components are transformed as its bundle
  // is.
  load: (url, context, next) => {
    if (!/\.tsx(\?|$)/.test(url)) return next(url, context);
    const path = fileURLToPath(url);
    const options = {
      loader: "tsx",
      jsx: "automatic",
      jsxImportSource: "preact",
      sourcefile: path,
      sourcemap: "inline",
    };
    return {
      format: "module",
      source: transformSync(readFileSync(path, "utf8"), options).code,
      shortCircuit: true,
    };
  },
});

addEventHandler(({ name, test }) => {
  if (name === "test_start") expect.setState({ currentTestName: test.name });
  if (name !== "test_done") return;
  const { numPassingAsserts, suppressedErrors } = expect.getState();
  test.numPassingAsserts = numPassingAsserts;
  test.errors.push(
    ...suppressedErrors,
    ...expect.extractExpectedAssertionsErrors().map(({ error }) => error),
  );
  expect.setState({ suppressedErrors: [] });
});

/**
 * Jest asks for 100, which every error takes time for, also the one that an AWS client makes in
 * advance for each call.
 */
const MAX_FRAMES = 10;

let files = 0;

/**
 * Jest test runner: the tests and hooks of jest, on modules that Node.js loads itself, once for all
 * test files of a worker. Jest's own way loads every module again for each file, which takes longer
 * than most files' tests.
 *
 * @returns {Promise<import("@jest/test-result").TestResult>} As jest's own runners.
 */
export default async function runTestFile(globalConfig, config, _environment, _runtime, testPath) {
  // Jest looks for source maps of each stack trace. Node.js keeps lines and columns when it strips
  // types.
  Error.prepareStackTrace = undefined;
  Error.stackTraceLimit = MAX_FRAMES;
  const { env } = process;
  const variables = { ...env };
  const state = startState(globalConfig);
  expect.setState({ expand: globalConfig.expand, testPath });
  const fail = (error) => (state.currentlyRunningTest?.errors ?? state.unhandledErrors).push(error);
  for (const name of UNCAUGHT) process.on(name, fail);
  try {
    files += 1;
    await import(`${pathToFileURL(testPath)}?${files}`);
    return resultOf(await run(), config, globalConfig, testPath);
  } finally {
    for (const name of UNCAUGHT) process.off(name, fail);
    // What this worker has compiled, the others need later.
    flushCompileCache();
    // A test may have changed variables, or put another object in place of all.
    process.env = env;
    for (const name of Object.keys(env)) if (!(name in variables)) delete env[name];
    Object.assign(env, variables);
  }
}

const UNCAUGHT = ["uncaughtException", "unhandledRejection"];

function startState({ expand, maxConcurrency, testNamePattern, testTimeout }) {
  resetState();
  const state = getState();
  Object.assign(state, { expand, maxConcurrency });
  if (testNamePattern) state.testNamePattern = new RegExp(testNamePattern, "i");
  if (testTimeout) state.testTimeout = testTimeout;
  return state;
}

/** What jest's reporters read. */
function resultOf(
  { testResults, unhandledErrors, unhandledErrorsDetailed },
  config,
  globalConfig,
  testPath,
) {
  const tests = testResults.map(assertionResult);
  const count = (status) => tests.filter((test) => test.status === status).length;
  const outside = unhandledErrorsDetailed.map((error) =>
    formatExecError(error, config, globalConfig),
  );
  return {
    ...createEmptyTestResult(),
    failureMessage:
      [formatResultsErrors(tests, config, globalConfig, testPath), ...outside]
        .filter(Boolean)
        .join("\n\n") || null,
    numFailingTests: count("failed"),
    numPassingTests: count("passed"),
    numPendingTests: count("pending"),
    numTodoTests: count("todo"),
    testExecError:
      unhandledErrors.length > 0 ? { message: "", stack: unhandledErrors.join("\n") } : undefined,
    testFilePath: testPath,
    testResults: tests,
  };
}

function assertionResult({ testPath, status, errors, errorsDetailed, ...test }) {
  // The first name is that of the file's outermost block.
  const names = testPath.slice(1);
  const ended = errors.length > 0 ? "failed" : "passed";
  return {
    ancestorTitles: names.slice(0, -1),
    title: names.at(-1),
    fullName: names.join(" "),
    duration: test.duration,
    failureDetails: errorsDetailed,
    failureMessages: errors,
    invocations: test.invocations,
    location: test.location,
    numPassingAsserts: test.numPassingAsserts,
    retryReasons: test.retryReasons,
    startAt: test.startedAt,
    status: { skip: "pending", todo: "todo" }[status] ?? ended,
  };
}
