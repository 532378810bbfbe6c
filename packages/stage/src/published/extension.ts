/** What an extension of your own is made of, beside its functions and its queries. */
export { DeleteItemCommand, PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
export { addQuery } from "../commands/add-query.ts";
export { defineOperation } from "../operations/define-operation.ts";
export type { OperationEntry } from "../operations/operation.ts";
export type { AddCommands, ProjectExtension as Extension } from "../project-extension.ts";
export { type StageAccess, tableOf } from "../stage-access.ts";
export { formatTable } from "../terminal/format-table.ts";
