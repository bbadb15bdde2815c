/** The features, as their entries of the package are called. */
export type FeatureName = 'requests' | 'policies' | 'keeping' | 'schemas' | 'cloudevents' | 'inspection';

/** What `createBus({ features })` takes: made by the function of its name, of the entry of its name. */
export interface Feature<F extends FeatureName = FeatureName> {
  /** Its name. */
  readonly feature: F;
}
