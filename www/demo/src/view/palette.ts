const NAMES = [
  'ink', 'muted', 'line', 'panel', 'sea', 'land', 'coast', 'accent', 'window',
  'micro', 'minor', 'light', 'moderate', 'strong', 'early', 'ontime', 'late', 'error',
] as const;

/** The theme's colours for canvases, which know no CSS variables. */
export type Palette = Readonly<Record<typeof NAMES[number], string>>;

/** Reads the colours that the style sheet gives now. */
export function readPalette(): Palette {
  // A variable that chooses between light and dark is resolved only where a property uses it.
  const probe = document.createElement('span');
  probe.hidden = true;
  document.body.append(probe);
  const palette = Object.fromEntries(NAMES.map((name) => {
    probe.style.setProperty('color', `var(--${name})`);
    return [name, getComputedStyle(probe).color];
  }));
  probe.remove();
  return palette as Palette;
}
