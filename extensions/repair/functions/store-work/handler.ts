import { workHandler } from "../../work/work-handler.ts";
import { WORK_METHODS } from "../../work/work-methods.ts";
import { storeWork } from "./function.ts";

export const handler = workHandler(storeWork, WORK_METHODS);
