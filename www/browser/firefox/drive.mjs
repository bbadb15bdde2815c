// Opens a page in Firefox by WebDriver BiDi: node drive.mjs <path of firefox> <url> <expression>. Prints lines of JSON:
// what the page says, as { type, text }, and at last the expression's value, as { value }, once it is defined.
import { launch } from 'puppeteer-core';

const [executablePath, url, expression] = process.argv.slice(2);
const print = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

const browser = await launch({ browser: 'firefox', executablePath, protocolTimeout: 0 });
try {
  const page = await browser.newPage();
  page.on('console', (message) => print({ type: message.type(), text: message.text() }));
  page.on('pageerror', (error) => print({ type: 'exception', text: error.stack || String(error) }));
  // BiDi does not tell of what Firefox itself writes to the console.
  await page.evaluateOnNewDocument(() => addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile, lineNumber }) =>
    console.error(`Content Security Policy: ${violatedDirective} ${blockedURI} (${sourceFile}:${lineNumber})`)));
  await page.goto(url);
  // Text is evaluated by the browser, which the page's policy does not hinder; a function would be by the page.
  print({ value: await page.evaluate(`(async () => {
    for (let value; ; await new Promise((resolve) => setTimeout(resolve, 20))) if ((value = ${expression}) !== undefined) return value;
  })()`) });
} finally {
  await browser.close();
}
