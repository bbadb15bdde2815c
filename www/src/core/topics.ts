/** Topics on which the bus itself publishes. */

/** Each failure that no policy sees to. */
export const ERROR_TOPIC = '$bus.error';
/** Each change of the dead letters. */
export const LETTERS_TOPIC = '$bus.letters';
/** Go had died and is up again. */
export const RESTARTED_TOPIC = '$bus.restarted';
