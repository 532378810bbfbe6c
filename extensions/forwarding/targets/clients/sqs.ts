/* What is used of the client, so that a bundle has only this. It is loaded on first use. */
export { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
