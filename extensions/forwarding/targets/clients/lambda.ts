/* What is used of the client, so that a bundle has only this. It is loaded on first use. */
export { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
