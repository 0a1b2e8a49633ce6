#!/usr/bin/env node
/** The `loucloud` command. */
import { run } from './run.ts';

// Whoever reads us may have read enough (`loucloud vm list | head`): that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

process.exitCode = await run(process.argv.slice(2), process);
