/** What an open project announces. */
export const project = {
  back: 'The connection is back.',
  undone: 'Undone',
  redone: 'Done again',
  othersChange: 'Somebody else has changed this since; their change stays.',
} as const
