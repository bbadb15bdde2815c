const { resolve } = require('node:path');
const { cpSync, mkdirSync } = require('node:fs');

/** Files that webpack leaves alone, and where they go. */
const files = { 'index.html': 'index.html', 'public/component.wasm': 'component.wasm', '../shared/shop.css': 'shop.css' };

module.exports = {
  mode: 'production',
  entry: './src/main.ts',
  output: { path: resolve(__dirname, 'dist'), filename: 'main.js', publicPath: '', clean: true },
  resolve: { extensions: ['.ts', '.js'] },
  module: { rules: [{ test: /\.ts$/, loader: 'ts-loader' }] },
  performance: { hints: false },
  plugins: [{
    apply: (compiler) => compiler.hooks.afterEmit.tap('copy', () => {
      mkdirSync(resolve(__dirname, 'dist'), { recursive: true });
      for (const [from, to] of Object.entries(files)) cpSync(resolve(__dirname, from), resolve(__dirname, 'dist', to));
    }),
  }],
};
