import { READ_METHODS } from "../../work/read-methods.ts";
import { workHandler } from "../../work/work-handler.ts";
import { storeRead } from "./function.ts";

export const handler = workHandler(storeRead, READ_METHODS);
