/** The layer of a call of a sub-model. The worker that lays out needs it, and no words. */
export const MODEL = 'Model'
