import { alarmPlay } from "../alarms/play.ts";
import { forwardingPlay } from "../forwarding/play.ts";
import { repairPlay } from "../repair/play.ts";
import { samplesPlay } from "../samples/play.ts";
import type { StagePlay } from "../stage-play.ts";

/** What extensions add to tests of a whole stage. */
export const PLAYS: readonly StagePlay[] = [alarmPlay, forwardingPlay, repairPlay, samplesPlay];
