// Runs before the page is painted, so that who chose a theme never sees the other one. Keep it free of imports: it is
// loaded as a classic script.
try {
  const chosen = localStorage.getItem('theme');
  if (chosen !== null) document.documentElement.dataset.theme = chosen;
} catch {
  // A browser may refuse storage; the system's theme it is, then.
}
export {};
