/**
 * What `npm run test:all` runs besides `npm test`: files by their paths, each with what it proves and why the first tier can do without it. A promise of
 * the README has a test in the first tier, too.
 */
export const SECOND_TIER = [
  {
    files: ["apps/e2e/src/tutorials/tutorials.e2e.test.ts"],
    why: "The tutorials as typed, in clones. The first tier makes a webhook from each template, and runs their commands.",
  },
  {
    files: ["apps/e2e/src/console/console.e2e.test.ts"],
    why: "The pages in Chromium. The first tier reads each route that they read, and draws their parts without a browser.",
  },
  {
    files: [
      "apps/e2e/src/schemathesis.e2e.test.ts",
      "apps/e2e/src/moto.e2e.test.ts",
      "infra/src/ministack.e2e.test.ts",
      "infra/src/checkov.e2e.test.ts",
    ],
    why: "Outside judges, which must be installed. The first tier has our own judges of the same: the OpenAPI document, the stage, the stacks.",
  },
];

/** The paths of the second tier. */
export const SECOND_TIER_FILES = SECOND_TIER.flatMap(({ files }) => files);
