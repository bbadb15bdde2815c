import type { BusEvent } from '../../core/event.js';
import type { LetterChange } from '../../core/policy-types.js';

/** A change as Go tells it, with the subscription that failed and, if it is JavaScript's, the event. */
export interface Told {
  readonly change: LetterChange;
  readonly number: number;
  readonly event: BusEvent | undefined;
}

/** The dead letters that an instance of Go has, as it told of them: when it dies they are gone, and nobody else can say so. */
export class Letters {
  private readonly all = new Map<string, Told>();

  note(told: Told): void {
    const { id, change } = told.change;
    if (change === 'added') this.all.set(id, told);
    else this.all.delete(id);
  }

  /** The changes that the end of the instance is: letters whose subscription gets the event from the next one are redriven by it. */
  end(goesOn: (told: Told) => boolean): LetterChange[] {
    return Array.from(this.all.values(), (told) => ({ ...told.change, change: goesOn(told) ? 'redriven' : 'evicted' }));
  }
}
