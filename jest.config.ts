/** @jest-config-loader esbuild-register */
import type { Config } from 'jest';

const config: Config = {
  roots: ['<rootDir>/src', '<rootDir>/properties'],
  testMatch: ['**/*.test.ts'],
  testEnvironment: 'node',
  transform: {
    '\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/tsconfig.test.json', diagnostics: false }],
  },
  // The sources import each other as './name.js'; Jest finds './name.ts'.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1', '^heapspec$': '<rootDir>/src/index.ts' },
  testTimeout: 30_000,
  // By default one core would be left for whoever waits, which is half of two.
  maxWorkers: process.env.CI ? 2 : '100%',
};

export default config;
