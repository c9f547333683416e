// Mocha adds the files named on its command line to those named here; naming some must mean only those.
const everything = [
  'harness/**/*.test.ts',
  'boards/**/*.test.ts',
  'reports/**/*.test.ts',
  'suites/**/*.test.ts',
  'suites/suites.spec.ts',
];

module.exports = {
  'node-option': ['import=tsx', 'conditions=source'],
  require: ['./harness/contracts/closing-line.ts'],
  reporter: 'closing-line',
  timeout: 60000,
  spec: process.argv.some((argument) => /\.(test|spec)\.ts$/.test(argument)) ? [] : everything,
};
