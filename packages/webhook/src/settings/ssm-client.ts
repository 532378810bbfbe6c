/*
 * What functions need of the Systems Manager client. It is loaded on first use, and a bundle has
 * only what is exported here: a dynamic import of the whole package would add all of it.
 */
export { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
