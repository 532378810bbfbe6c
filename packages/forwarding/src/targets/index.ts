export {
  parseTargets,
  readTarget,
  type Target,
  type TargetKind,
  targetAction,
  targetNameOf,
} from "./target.ts";
