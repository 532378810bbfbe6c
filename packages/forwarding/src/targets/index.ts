export { parseTargets, readTarget, targetAction, targetNameOf } from "./target.ts";
