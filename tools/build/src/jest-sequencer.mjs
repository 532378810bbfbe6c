import { hash } from "node:crypto";
import { relative } from "node:path";
import Sequencer from "@jest/test-sequencer";
import { LONGEST_FILES } from "./test-tiers.mjs";

/** End-to-end tests that run at once from the beginning. */
const FIRST = 3;
/** Share of the other tests between which the other end-to-end tests are spread. */
const SPREAD = 0.6;

/**
 * Jest sequencer: end-to-end tests mostly wait, and the others never do, so that both kinds run
 * beside each other from the beginning, and no long one is left alone at the end. Where jest does
 * not know yet how long files take, as in CI, the largest files are first.
 *
 * Where `RAINHOOKS_SEED` is set, the order is that of the seed: a worker has loaded other modules
 * then, on which no test may depend.
 */
export default class Mixed extends Sequencer {
  /**
   * @template {{ readonly path: string }} Test
   * @param {readonly Test[]} tests
   * @returns {Test[]}
   */
  sort(tests) {
    const { RAINHOOKS_SEED } = process.env;
    if (RAINHOOKS_SEED) return inOrderOf(RAINHOOKS_SEED, tests);
    const sorted = super.sort(tests);
    const isEndToEnd = ({ path }) => path.endsWith(".e2e.test.ts");
    const rank = ({ path }) => {
      const index = LONGEST_FILES.findIndex((one) => path.endsWith(`/${one}`));
      return index < 0 ? LONGEST_FILES.length : index;
    };
    const endToEnd = sorted.filter(isEndToEnd).toSorted((a, b) => rank(a) - rank(b));
    const others = sorted.filter((test) => !isEndToEnd(test));
    const step = (others.length * SPREAD) / Math.max(1, endToEnd.length - FIRST);
    const placed = [
      ...endToEnd.map((test, index) => [Math.max(-1, (index - FIRST) * step), test]),
      ...others.map((test, index) => [index, test]),
    ];
    return placed.toSorted(([a], [b]) => a - b).map(([, test]) => test);
  }
}

function inOrderOf(seed, tests) {
  const placed = tests.map((test) => {
    const name = relative(test.context.config.rootDir, test.path);
    return [hash("sha256", `${seed} ${name}`), test];
  });
  return placed.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, test]) => test);
}
