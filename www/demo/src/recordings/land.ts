/** The part of TopoJSON (https://github.com/topojson/topojson-specification) that world-110m.json uses. */
interface Topology {
  transform: { scale: [number, number]; translate: [number, number] };
  arcs: [number, number][][];
  objects: { land: { arcs: number[][][] } };
}

/** A closed line of longitude, latitude, longitude, latitude, ... in degrees. */
export type Ring = Float32Array;

/** The coast lines of the world. */
export async function loadLand(): Promise<Ring[]> {
  const response = await fetch('data/world-110m.json');
  if (!response.ok) throw new Error(`data/world-110m.json: ${response.status} ${response.statusText}`);
  const { transform: { scale, translate }, arcs, objects: { land } } = await response.json() as Topology;
  const lines = arcs.map((arc) => {
    let x = 0, y = 0;
    return arc.map(([dx, dy]) => [(x += dx) * scale[0] + translate[0], (y += dy) * scale[1] + translate[1]] as const);
  });
  return land.arcs.flat().map((ring) => {
    // A negative index is that arc backwards, -1 being the first; arcs share their end points.
    const points = ring.flatMap((index, i) => (index < 0 ? [...lines[~index]!].reverse() : lines[index]!).slice(i === 0 ? 0 : 1));
    return Float32Array.from(points.flat());
  });
}
