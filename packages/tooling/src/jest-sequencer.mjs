import Sequencer from "@jest/test-sequencer";

/**
 * Jest sequencer: end-to-end tests first. They take longest and mostly wait, so the others run beside them, and no long one is left
 * alone at the end. Where jest does not know yet how long files take, as in CI, it would start with the largest files.
 */
export default class EndToEndFirst extends Sequencer {
  sort(tests) {
    const isEndToEnd = ({ path }) => path.endsWith(".e2e.test.ts");
    return super.sort(tests).toSorted((a, b) => Number(isEndToEnd(b)) - Number(isEndToEnd(a)));
  }
}
