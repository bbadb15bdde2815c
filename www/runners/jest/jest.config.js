export default {
  testEnvironment: 'jsdom', // or 'node'
  transform: {}, // modules, the package and the tests, are taken as they are
};
