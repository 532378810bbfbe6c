/**
 * What queries of your own are made of. Their code runs in the command line and in the HTTP API.
 */
export { GetItemCommand, QueryCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
export { RainhooksError } from "@rainhooks/core/errors";
export * as v from "valibot";
export {
  choice,
  flag,
  optionalText,
  requiredText,
  time,
  wholeNumber,
} from "../query/params/kinds.ts";
export { defineQuestion, type QueryContext, type Question } from "../query/question.ts";
