/** Defines `require`, which some dependencies of the AWS SDK call. The long name cannot collide with a minified name. */
const REQUIRE =
  'import{createRequire as createRequireOfBundle}from"node:module";const require=createRequireOfBundle(import.meta.url);';

/** The options of esbuild for the code of a Lambda function, for its deployment and for its development. */
export const BUNDLE_OPTIONS = {
  outExtension: { ".js": ".mjs" },
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node24",
  mainFields: ["module", "main"],
  legalComments: "none",
  banner: { js: REQUIRE },
  metafile: true,
};
