/**
 * Takes the place of the AWS SDK's credential chain in bundles: Lambda, and the local stage, pass
 * credentials in the environment.
 */
export { fromEnv as defaultProvider } from "@aws-sdk/credential-provider-env";
