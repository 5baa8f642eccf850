import fc from 'fast-check'

/** Laws repeat: the same cases on every machine. `FC_SEED=n npm test` looks for others. */
fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 20261124) })
