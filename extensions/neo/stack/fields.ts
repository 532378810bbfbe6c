import { choice, type FieldsOf, flag, optional } from "@rainhooks/stack/config/values";

/** Fields of a stage's file. */
export const NEO_FIELDS = {
  /**
   * Where events come from. `classic`: the topics of ESP RainMaker. `neo`: RainMaker Neo, which has
   * none. Then the stage makes the topics, and AWS IoT and Neo's table of readings feed them
   * (docs/neo.md). Neo must be in the account and region of the stage. @defaultValue `classic`
   */
  source: optional(choice(["classic", "neo"])),
  /**
   * Asks AWS IoT why nodes disconnect: a rule for its presence events, whose reason node status and
   * alarms then have. RainMaker must be in the account and region of the stage. @defaultValue
   * false, with the source `neo` true
   */
  disconnectReasons: optional(flag()),
};

/** A stage's file as far as this extension reads it. */
export interface NeoFields extends FieldsOf<typeof NEO_FIELDS> {}
