/**
 * The options of esbuild for the code of a Lambda function, for its deployment and for its
 * development.
 */
export const BUNDLE_OPTIONS: {
  readonly outExtension: { [extension: string]: string };
  readonly bundle: true;
  readonly format: "esm";
  readonly platform: "node";
  readonly target: string;
  readonly mainFields: string[];
  readonly legalComments: "none";
  readonly banner: { [type: string]: string };
  readonly metafile: true;
  readonly alias: { [module: string]: string };
};
