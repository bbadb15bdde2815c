/**
 * A validator by the Standard Schema specification, version 1 (https://standardschema.dev): zod, valibot, arktype and
 * others make them. `I` is what publishers give, `O` what subscribers get.
 */
export interface StandardSchema<I = unknown, O = I> {
  /** What the specification asks for. */
  readonly '~standard': StandardProps<I, O>;
}

/** What a Standard Schema consists of. */
export interface StandardProps<I = unknown, O = I> {
  /** Of the specification. */
  readonly version: 1;
  /** The library that made it. */
  readonly vendor: string;
  /** Checks data; a topic's schema must answer at once, not by a promise. */
  readonly validate: (value: unknown) => StandardResult<O> | Promise<StandardResult<O>>;
  /** For the compiler alone; nothing is there when the program runs. */
  readonly types?: StandardTypes<I, O> | undefined;
}

/** The types of a Standard Schema. */
export interface StandardTypes<I = unknown, O = I> {
  /** What is given to it. */
  readonly input: I;
  /** What it makes of that. */
  readonly output: O;
}

/** What a Standard Schema says of data: what they become, or what is wrong with them. */
export type StandardResult<O> = StandardSuccess<O> | StandardFailure;

/** The data are right. */
export interface StandardSuccess<O> {
  /** What they become. */
  readonly value: O;
  /** There are none. */
  readonly issues?: undefined;
}

/** The data are wrong. */
export interface StandardFailure {
  /** All that is wrong with them. */
  readonly issues: readonly StandardIssue[];
}

/** One thing that is wrong with data. */
export interface StandardIssue {
  /** What it is, in words. */
  readonly message: string;
  /** Where: keys from the top, alone or as `{ key }`. */
  readonly path?: readonly (PropertyKey | StandardSegment)[] | undefined;
}

/** One step of a path. */
export interface StandardSegment {
  /** The property that it leads to. */
  readonly key: PropertyKey;
}
