import { fileURLToPath } from "node:url";

/**
 * Defines `require`, which some dependencies of the AWS SDK call. The long name cannot collide with
 * a minified name.
 */
const REQUIRE =
  'import{createRequire as createRequireOfBundle}from"node:module";const require=createRequireOfBundle(import.meta.url);';

const lambdaFile = (name) => fileURLToPath(new URL(`lambda/${name}`, import.meta.url));

/** Takes the place of a module that a function never loads. */
export const LEFT_OUT = lambdaFile("left-out.mjs");

/** Takes the place of what checks the definition of a function. */
export const UNCHECKED = lambdaFile("unchecked.mjs");

/**
 * The options of esbuild for the code of a Lambda function, for its deployment and for its
 * development.
 */
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
  alias: {
    // Lambda passes credentials in the environment. The other places in which the SDK would look
    // take a fifth of a bundle.
    "@aws-sdk/credential-provider-node": lambdaFile("credentials.mjs"),
    // Reads the user agent of a browser.
    bowser: LEFT_OUT,
  },
};
