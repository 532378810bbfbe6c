import Sequencer from "@jest/test-sequencer";
import { LONGEST_FILES } from "./test-tiers.mjs";

/** End-to-end tests that run at once from the beginning. */
const FIRST = 3;
/** Share of the other tests between which the other end-to-end tests are spread. */
const SPREAD = 0.6;

/**
 * Jest sequencer: end-to-end tests mostly wait, and the others never do, so that both kinds run beside each other from the beginning, and no long one is left
 * alone at the end. Where jest does not know yet how long files take, as in CI, the largest files are first.
 */
export default class Mixed extends Sequencer {
  sort(tests) {
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
