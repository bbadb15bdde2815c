import { copyFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the board replays and draws; where it comes from and under which terms is at the foot of the page. */
const FILES = ['earthquakes.json', 'flights-20k.json', 'airports.csv', 'world-110m.json'];

/** Copies the recordings, as the package has them, into a directory. */
export default async function writeData(directory) {
  // The package exports its code only; the data lies beside it.
  const data = join(dirname(fileURLToPath(import.meta.resolve('vega-datasets'))), '..', 'data');
  await Promise.all(FILES.map((file) => copyFile(join(data, file), join(directory, file))));
}
